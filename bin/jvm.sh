# Sourced by bin/oxbow and bin/aot, with home and app set, after find-jdk.sh: how the JVM of a node or
# of a command is started.

# A node and a command have different options, and so a cache each. Queries have another, because a JVM
# loads all of its cache, and no other command needs an SQL engine. Sizes are not among the options.
oxbow_kinds="node command query"

oxbow_options() { # KIND
    options=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
        -XX:+UseCompactObjectHeaders -Dfile.encoding=UTF-8)
    case "$1" in
        node) options+=(-XX:+UseG1GC -XX:+ExitOnOutOfMemoryError) ;;
        command | query) options+=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1) ;;
    esac
}

# Jars by name, not by a wildcard: a cache wants them in the order that it was made with.
oxbow_class_path() {
    local lib=("$app"/lib/*.jar)
    local IFS=:
    class_path="$app/oxbow-node.jar:${lib[*]}"
}

# Of OXBOW_OPTS, what a cache depends on: neither sizes nor system properties, and what concerns one
# process alone (agents, logs, recordings) does not go into another.
oxbow_cached_options() {
    local option
    for option in ${OXBOW_OPTS:-}; do
        case "$option" in
            *Size=* | -XX:MaxRAM* | -XX:*Percentage=* | *File=* | *Path=* | *Recording* | *AOT*) ;;
            -XX:*Dump* | -XX:OnError=* | -XX:OnOutOfMemoryError=*) ;;
            -XX:*) printf '%s\n' "$option" ;;
        esac
    done
}

# Sets aot_jar, all jars in one, and aot_file, the cache of a kind of JVM for it. Their names tell the JDK,
# the options and the jars that they were made of, so that what does not fit is never tried.
oxbow_aot_names() { # KIND
    local key
    key=$({
        printf '%s\n' "$JAVA_HOME" "$class_path"
        oxbow_cached_options
        stat -Lc '%n %s %Y' "$JAVA_HOME/release" "$home/bin/jvm.sh" "$app"/*.jar "$app"/lib/*.jar
    } | cksum)
    aot_jar=$app/aot/oxbow-${key// /-}.jar
    aot_file=$app/aot/$1-${key// /-}.aot
}

# Adds the cache to the options. Where there is none, it is made in the background, for the next time;
# OXBOW_NO_AOT=1 does neither.
oxbow_use_aot() { # KIND
    [ "${OXBOW_NO_AOT:-}" = 1 ] && return 0
    oxbow_aot_names "$1"
    # The lock stays with the JVM: while it runs, nobody deletes the jar.
    if [ -f "$aot_file" ] && [ -f "$aot_jar" ] && exec 8<"$aot_jar" && flock -s -n 8 && [ -f "$aot_jar" ]; then
        class_path=$aot_jar
        # Whatever the JVM dislikes about it, it starts without, and need not say so.
        options+=("-XX:AOTCache=$aot_file" -Xlog:aot*=off,cds*=off)
    elif [ "${OXBOW_NO_BUILD:-}" != 1 ]; then
        oxbow_make_aot
    fi
}

oxbow_make_aot() {
    mkdir -p "$app/aot" 2>/dev/null && [ -w "$app/aot" ] || return 0
    nice -n 19 "$home/bin/aot" >"$app/aot/log" 2>&1 </dev/null 8<&- &
    disown
}
