// Keeps the open image with its edited selections as a case, and trains the model further on all cases in the folder.
// Before: run Segment... with rois=true, then edit the selections in the ROI Manager.
#@ File (label = "Model") model
#@ File (label = "Folder of corrections", style = "directory") corrections
#@ File (label = "New model", style = "save") output
#@ Integer (label = "Minutes", value = 10) minutes

run("Fine-tune on Corrections...", "model=[" + model + "] corrections=[" + corrections + "] output=[" + output + "] budget=" + minutes);
