# Sourced by bin/oxbow and bin/aot, with home and app set, after find-jdk.sh: how the JVM of a node or
# of a command is started.

# A node and a command have different options, and so a cache each. Queries have another, because a JVM
# loads all of its cache, and no other command needs an SQL engine. Sizes are not among the options.
oxbow_kinds="node command query"

oxbow_options() { # KIND
    options=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
        -XX:+UseCompactObjectHeaders -Dfile.encoding=UTF-8)
    local collector=-XX:+UseSerialGC option
    case "$1" in
        node)
            collector=-XX:+UseG1GC
            options+=(-XX:+ExitOnOutOfMemoryError) ;;
        command | query) options+=(-XX:TieredStopAtLevel=1 -XX:-UsePerfData) ;;
    esac
    for option in ${OXBOW_OPTS:-}; do
        case "$option" in
            -XX:+Use*GC) collector= ;; # a JVM refuses two
        esac
    done
    options+=(${collector:+"$collector"})
}

# Sets sizes, the options that size a node's JVM, by oxbow.memory: a JVM has to be told before it starts.
oxbow_size_node() { # ARGUMENTS...
    oxbow_usual_sizes "$@" && return 0
    local said
    said=$("$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
        -XX:MaxRAMPercentage=50 -cp "$app/oxbow-node.jar" io.oxbow.node.launch.JvmOptions "$@") || exit 1
    mapfile -t sizes <<<"$said"
}

# Sets sizes to what JvmOptions would answer, in the usual cases that need no JVM to be asked: nothing is
# said of memory, or a plain -Xmx or a size of direct memory in OXBOW_OPTS. Returns false in any other case, and in doubt. UsualSizesTest
# compares the two.
oxbow_usual_sizes() { # ARGUMENTS...
    local word previous= file text
    for word in "$@"; do
        file=
        case "$word" in
            *oxbow.memory*) return 1 ;;
            --config=*) file=${word#--config=} ;;
        esac
        [ "$previous" != --config ] || file=$word
        previous=$word
        if [ -n "$file" ] && [ -e "$file" ]; then
            # A pipe could be read once only; escapes could spell the key.
            [ -f "$file" ] && [ -r "$file" ] && text=$(<"$file") || return 1
            case "$text" in *memory* | *\\*) return 1 ;; esac
        fi
    done 2>/dev/null
    case " ${OXBOW_OPTS:-}" in
        *' -XX:MaxDirectMemorySize='*)
            sizes=(-XX:MaxNewSize=192m)
            return 0 ;;
        *' -XX:MaxHeapSize='* | *' -XX:MaxRAM='* | *' -XX:MaxRAMPercentage='* | *' -Xmx'*' -Xmx'*) return 1 ;;
        *' -Xmx'*)
            [[ " $OXBOW_OPTS " =~ ' -Xmx'([1-9][0-9]{0,5})([mg])' ' ]] || return 1
            local heap=${BASH_REMATCH[1]} direct
            [ "${BASH_REMATCH[2]}" = m ] || heap=$((heap << 10))
            direct=$((heap * 7 / 8 - 264))
            sizes=("-XX:MaxDirectMemorySize=$((direct < 128 ? 128 : direct))m" -XX:MaxNewSize=192m)
            return 0 ;;
    esac
    oxbow_has_memory || return 1
    sizes=(-Xmx348m -XX:MaxDirectMemorySize=348m -XX:MaxNewSize=116m -Doxbow.memory.applied=1073741824)
}

# Returns true if the machine has 2 GiB and no control group of this process sets a limit below that: enough
# for the usual sizes.
oxbow_has_memory() {
    local enough=$((2 << 30)) key value unit controllers path group limit
    read -r key value unit 2>/dev/null </proc/meminfo || return 1
    [ "$key $unit" = 'MemTotal: kB' ] && [ $((value << 10)) -ge "$enough" ] || return 1
    while IFS=: read -r key controllers path; do
        case ",$controllers," in
            ,,) group=/sys/fs/cgroup limit=memory.max ;;
            *,memory,*) group=/sys/fs/cgroup/memory limit=memory.limit_in_bytes ;;
            *) continue ;;
        esac
        # From its own group up to the root, which a container's own may be mounted as.
        while :; do
            if [ -e "$group$path/$limit" ]; then
                read -r value <"$group$path/$limit" || return 1
                [ "$value" = max ] || [ "$value" -ge "$enough" ] || return 1
            fi
            [ -n "${path%/}" ] || break
            path=${path%/*}
        done
    done 2>/dev/null </proc/self/cgroup
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

# Returns true if OXBOW_OPTS names another archive or cache, or refuses them: a JVM takes one such option.
oxbow_has_own_archive() {
    case " ${OXBOW_OPTS:-}" in
        *' -Xshare'* | *' -XX:Shared'* | *' -XX:'?Dump* | *' -XX:AOT'* | *' -XX:'?AOT*) ;;
        *) return 1 ;;
    esac
}

# Adds the cache to the options. Where there is none, it is made in the background, for the next time;
# OXBOW_NO_AOT=1 does neither.
oxbow_use_aot() { # KIND
    [ "${OXBOW_NO_AOT:-}" = 1 ] || oxbow_has_own_archive && return 0
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
