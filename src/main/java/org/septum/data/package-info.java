/** From cases to batches: datasets, plans, normalisation, resampling, patches, augmentation. */
package org.septum.data;
