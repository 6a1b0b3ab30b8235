# Sourced by the scripts beside it: finds a JDK of at least 25 (JAVA_HOME, PATH, the usual folders)
# and exports it as JAVA_HOME. Ends the script with a message when there is none.

oxbow_jdk_version() { # sets version to the feature version of the JDK in $1, or to nothing
    local line
    version=
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    while IFS= read -r line; do
        case "$line" in
            'JAVA_VERSION="'*)
                version=${line#*\"}
                version=${version%%[!0-9]*} ;;
        esac
    done <"$1/release"
}

oxbow_find_jdk() {
    local candidate version on_path
    on_path=$(command -v javac 2>/dev/null) && on_path=$(readlink -f "$on_path") \
        && on_path=${on_path%/bin/javac}
    for candidate in "${JAVA_HOME:-}" "${on_path:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -n "$candidate" ] || continue
        oxbow_jdk_version "$candidate"
        if [ -n "$version" ] && [ "$version" -ge 25 ]; then
            export JAVA_HOME=$candidate
            return 0
        fi
    done
    echo "oxbow: no JDK 25 or newer was found in JAVA_HOME, on PATH or in the usual folders." >&2
    echo "       Install one (for example Temurin 25) and set JAVA_HOME to it." >&2
    exit 1
}

oxbow_find_jdk
