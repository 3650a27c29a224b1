// Segments the DICOM series of many studies, one folder for each study, into DICOM SEG and NIfTI.
// What is there is left out: run it again after a stop. A study that fails is named at the end and does not stop the others.
#@ File (label = "Folder with a folder for each study", style = "directory") input
#@ File (label = "Model (folder or zip)", style = "both") model
#@ File (label = "Folder for the masks", style = "directory") output
#@ String (label = "Series (empty for the only one)", value = "", required = false) series
studies = getFileList(input);
failed = "";
for (i = 0; i < studies.length; i++) {
	if (endsWith(studies[i], "/")) {
		study = substring(studies[i], 0, lengthOf(studies[i]) - 1);
		showProgress(i, studies.length);
		if (!hasMasks(output + File.separator + study))
			run("Segment Folder...", "input=[" + input + File.separator + study + "] model=[" + model + "] output=[" + output + File.separator + study + "] format=[dicom-seg,nifti] series=[" + series + "]");
		if (!hasMasks(output + File.separator + study))
			failed = failed + study + "\n";
	}
}
if (failed != "")
	print("Not segmented:\n" + failed);

function hasMasks(folder) {
	if (!File.isDirectory(folder))
		return false;
	files = getFileList(folder);
	for (k = 0; k < files.length; k++) {
		if (endsWith(files[k], ".nii.gz"))
			return true;
	}
	return false;
}
