// Leaves half of the multiply-adds of a model, without training, and refuses if that costs more than 2 points of Dice.
#@ File (label = "Model (folder or zip)", style = "both") model
#@ File (label = "Dataset that it was trained on", style = "directory") dataset
#@ File (label = "Smaller model to write", style = "save") output
run("Compress Model...", "model=[" + model + "] dataset=[" + dataset + "] method=similarity target=flops share=0.5 drop=0.02 output=[" + output + "]");
