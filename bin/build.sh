# Sourced by the scripts beside it, after find-jdk.sh: builds one module and what it needs, when
# there is no build of it or sources have changed. OXBOW_NO_BUILD=1 leaves things as they are.
#
# This is a user's build: no tests, no checkers (the Maven profile 'app'), in target/app of each
# module, so that bin/test never takes its classes for checked ones. OXBOW_TARGET=target runs what
# bin/test has built.

oxbow_target=${OXBOW_TARGET:-target/app}

oxbow_needs_build() { # MODULE SOURCE-MODULES...
    [ "${OXBOW_NO_BUILD:-}" = 1 ] && return 1
    local jar=$home/$1/$oxbow_target/oxbow-$1.jar module sources=("$home/pom.xml")
    [ -f "$jar" ] && [ -d "$home/$1/$oxbow_target/lib" ] || return 0
    shift
    for module in "$@"; do
        sources+=("$home/$module/src/main" "$home/$module/pom.xml")
    done
    [ -n "$(find "${sources[@]}" -newer "$jar" -print -quit)" ]
}

# Maven's output as a line for each step, with the time since it began; between steps, every few
# seconds, how much was downloaded.
oxbow_progress() {
    local line begun=$SECONDS told=0 files=0 name
    while IFS= read -r line; do
        case "$line" in
            *'] Building Oxbow :: '*)
                oxbow_downloads
                name=${line#*Building Oxbow :: }
                oxbow_tell "building ${name% 0.*}" ;;
            *'Downloaded from '*)
                files=$((files + 1))
                name=${line%% (*}
                if [ $((SECONDS - told)) -ge 3 ]; then
                    oxbow_downloads "now ${name##*/}"
                    told=$SECONDS
                fi ;;
        esac
    done
    oxbow_downloads
}

oxbow_downloads() { # [WHAT]
    [ "$files" = 0 ] || oxbow_tell "downloaded $files files${1:+, $1}"
    [ -n "${1:-}" ] || files=0
}

oxbow_tell() { # TEXT
    local seconds=$((SECONDS - begun))
    printf 'oxbow: %3d:%02d  %s\n' $((seconds / 60)) $((seconds % 60)) "$1" >&2
}

oxbow_build() { # MODULE SOURCE-MODULES...
    oxbow_needs_build "$@" || return 0
    local log=$home/target/build.log begun=$SECONDS
    mkdir -p "$home/target"
    exec 9>"$home/target/build.lock"
    flock 9
    if oxbow_needs_build "$@"; then
        command -v mvn >/dev/null || {
            echo "oxbow: Maven (mvn) was not found on PATH; install it, 3.8 or newer." >&2
            exit 1
        }
        echo "oxbow: building $1 (first time, or sources have changed); the whole output is in target/build.log" >&2
        # The first tier of the JIT compiles javac well enough for a build of this length.
        (cd "$home" && MAVEN_OPTS="${MAVEN_OPTS:--XX:+UseSerialGC -XX:TieredStopAtLevel=1}" \
            mvn -B -T 1C -pl "$1" -am -Doxbow.app -DskipTests \
            -Doxbow.commit="$(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown)" \
            package 2>&1) | tee "$log" | oxbow_progress || true
        if ! grep -q 'BUILD SUCCESS' "$log"; then
            grep -E '^\[ERROR\]' "$log" | head -30 >&2 || true
            echo "oxbow: the build failed; the whole output is in target/build.log" >&2
            exit 1
        fi
        oxbow_tell "built"
    fi
    exec 9>&-
}
