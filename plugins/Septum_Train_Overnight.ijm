// Looks at a dataset, then trains on it for ten hours. If it is cut off, run it again: it goes on where it was.
#@ File (label = "Dataset", style = "directory") dataset
#@ File (label = "Model to write", style = "save") output
#@ Integer (label = "Minutes", value = 600) minutes
run("Check Data...", "input=[" + dataset + "]");
run("Train Model...", "dataset=[" + dataset + "] output=[" + output + "] budget=" + minutes + " resume=true");
