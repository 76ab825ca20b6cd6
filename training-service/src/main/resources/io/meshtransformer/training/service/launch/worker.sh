# Runs a worker's command and keeps what whoever comes later must know of it: worker.sh FOLDER COMMAND...
# It is nobody's child in the end: it outlives the process that started it, and signals meant for that one.
folder=$1
shift
# One wrapper for each worker, however often it is launched.
mkdir "$folder/launched" 2>/dev/null || exit 0
# A handler, as a child would inherit a signal that is ignored.
trap : HUP INT TERM
"$@" </dev/null >>"$folder/worker.log" 2>&1 &
child=$!
# Field 22 of stat; the second one may hold anything, in parentheses.
read -r stat <"/proc/$child/stat"
fields=(${stat##*) })
read -r boot </proc/sys/kernel/random/boot_id
printf '%s %s %s %s\n' "$child" "$$" "${fields[19]}" "$boot" >"$folder/process.new" && mv "$folder/process.new" "$folder/process"
# A signal to this shell ends the waiting, not the worker.
while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    code=$?
done
printf '%s\n' "$code" >"$folder/exit.new" && mv "$folder/exit.new" "$folder/exit"
