# Outlives its parent, and ends the parent's children when the parent is gone, however it went.
# Reads lines "add PID SIGNAL" and "remove PID"; the end of the input is the parent's end.
trap '' HUP INT TERM QUIT

# When the process with this pid started: field 22 of /proc/PID/stat; elsewhere what ps says.
start_of() {
    local stat
    if [ -r /proc/self/stat ]; then
        { stat=$(</proc/"$1"/stat); } 2>/dev/null || return 0
        set -- ${stat##*) }
        printf '%s' "${20}"
    else
        ps -o lstart= -p "$1" | tr -s ' ' _
    fi
}

children=''
while read -r verb pid signal; do
    case $verb in
        add) children="$children $pid/$(start_of "$pid")/$signal" ;;
        remove)
            rest=''
            for child in $children; do
                [ "${child%%/*}" = "$pid" ] || rest="$rest $child"
            done
            children=$rest
            ;;
    esac
done

end_all() {
    local child pid start signal
    remaining=''
    for child in $children; do
        IFS=/ read -r pid start signal <<<"$child"
        if [ -n "$start" ] && [ "$(start_of "$pid")" = "$start" ]; then
            kill -"${1:-$signal}" "$pid" 2>/dev/null && remaining="$remaining $child"
        fi
    done
    children=$remaining
}

end_all
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -n "$children" ] || exit 0
    sleep 0.5
    end_all 0
done
end_all KILL
