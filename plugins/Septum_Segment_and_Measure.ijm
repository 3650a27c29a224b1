// Segments the open image and saves what was measured: volume, area of single slices, mean value of every class.
#@ File (label = "Model (folder or zip)", style = "both") model
#@ File (label = "Table to write (csv)", style = "save") output
run("Segment...", "model=[" + model + "] phase=all table=true overlay=true");
saveAs("Results", output);
