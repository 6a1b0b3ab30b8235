# Sourced by the scripts beside it, after find-jdk.sh: builds one module and what it needs, when
# there is no build of it or sources have changed. OXBOW_NO_BUILD=1 leaves things as they are.

oxbow_needs_build() { # MODULE SOURCE-MODULES...
    [ "${OXBOW_NO_BUILD:-}" = 1 ] && return 1
    local jar=$home/$1/target/oxbow-$1-0.1.0-SNAPSHOT.jar module
    [ -f "$jar" ] && [ -d "$home/$1/target/lib" ] || return 0
    shift
    for module in "$@"; do
        if [ -n "$(find "$home/$module/src/main" "$home/$module/pom.xml" -newer "$jar" -print -quit)" ]; then
            return 0
        fi
    done
    [ "$home/pom.xml" -nt "$jar" ]
}

oxbow_build() { # MODULE SOURCE-MODULES...
    oxbow_needs_build "$@" || return 0
    local log=$home/target/build.log
    mkdir -p "$home/target"
    exec 9>"$home/target/build.lock"
    flock 9
    if oxbow_needs_build "$@"; then
        echo "oxbow: building $1 (first time, or sources have changed) ..." >&2
        (cd "$home" && mvn -B -ntp -pl "$1" -am -DskipTests -Dspotless.check.skip \
            -Doxbow.commit="$(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown)" \
            package 2>&1) | tee "$log" \
            | sed -un 's/^\[INFO\] Building Oxbow :: \(.*\) 0\..*/oxbow:   \1/p' >&2 || true
        if ! grep -q 'BUILD SUCCESS' "$log"; then
            grep -E '^\[ERROR\]' "$log" | head -30 >&2 || true
            echo "oxbow: the build failed; the whole output is in target/build.log" >&2
            exit 1
        fi
    fi
    exec 9>&-
}
