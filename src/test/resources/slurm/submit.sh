#!/bin/bash
# Submits the array, and after its last task the job that sums up. Again after a failure: what is done is
# skipped.
set -e
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
array=$(sbatch --parsable array.sbatch)
array=${array%%;*}
echo "array $array"
merge=$(sbatch --parsable --dependency=afterany:"$array" merge.sbatch)
echo "merge ${merge%%;*}"
