// Segments every scan of a folder, DICOM series too, and writes masks that ImageJ and other programs read.
#@ File (label = "Folder with scans", style = "directory") input
#@ File (label = "Model (folder or zip)", style = "both") model
#@ File (label = "Folder for the masks", style = "directory") output
run("Segment Folder...", "input=[" + input + "] model=[" + model + "] output=[" + output + "] format=[nifti,roi-zip] overlay=true");
