package io.oxbow.catalog;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A location in a store, in one spelling however a client writes it. {@code file:/x}, {@code
 * file:///x} and {@code /x} are one place, and so are {@code s3a://b/x}, {@code s3n://b//x/} and
 * {@code s3://b/x}; decision 0018 has the whole rule.
 *
 * <p>A path is taken as it stands: Iceberg's clients escape nothing, so that {@code %20} is three
 * characters and a space is a space.
 */
public final class Location {

    private static final Pattern SCHEME =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)", Pattern.DOTALL);

    /** A dot or slash, escaped once or more often. */
    private static final Pattern ESCAPED = Pattern.compile("%(?:25)*+(2[eEfF])");

    private static final String FILE = "file";

    private final String scheme;
    private final String authority;
    private final List<String> segments;
    private final String spelling;

    private Location(String scheme, String authority, List<String> segments) {
        this.scheme = scheme;
        this.authority = authority;
        this.segments = List.copyOf(segments);
        this.spelling = scheme + "://" + authority + "/" + String.join("/", segments);
    }

    /**
     * Reads a location as Iceberg's clients write it.
     *
     * @throws IllegalArgumentException when it names no place, or one that clients read differently
     */
    public static Location of(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f || c == '\\') {
                throw refused(text, "it has the character 0x%02x".formatted((int) c));
            }
        }
        if (text.startsWith("/") && !text.startsWith("//")) {
            return new Location(FILE, "", segments(text, text));
        }
        Matcher parts = SCHEME.matcher(text);
        if (!parts.matches()) {
            throw refused(text, "it is not absolute");
        }
        String scheme = parts.group(1).toLowerCase(Locale.ROOT);
        return scheme.equals(FILE)
                ? file(text, parts.group(2))
                : bucket(text, scheme, parts.group(2));
    }

    private static Location file(String text, String rest) {
        String path = rest;
        if (rest.startsWith("//")) {
            int slash = rest.indexOf('/', 2);
            String host = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
            if (slash < 0 || !(host.isEmpty() || host.equals("localhost"))) {
                throw refused(text, "it is on the machine '" + host + "'");
            }
            path = rest.substring(slash);
        }
        if (!path.startsWith("/")) {
            throw refused(text, "it is not absolute");
        }
        return new Location(FILE, "", segments(text, path));
    }

    private static Location bucket(String text, String scheme, String rest) {
        if (!rest.startsWith("//")) {
            throw refused(text, "it names no bucket");
        }
        if (rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
            throw refused(text, "some clients end a key at '?' and '#'");
        }
        int slash = rest.indexOf('/', 2);
        String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
        if (authority.isEmpty() || authority.indexOf('@') >= 0) {
            throw refused(text, "it names no bucket");
        }
        String canonical = scheme.equals("s3a") || scheme.equals("s3n") ? "s3" : scheme;
        return new Location(
                canonical, authority, segments(text, slash < 0 ? "" : rest.substring(slash)));
    }

    private static List<String> segments(String text, String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty()) {
                continue;
            }
            if (isDots(segment)) {
                throw refused(text, "it has the segment '" + segment + "'");
            }
            segments.add(segment);
        }
        return segments;
    }

    /**
     * Returns true if some client might take a segment, or a part of it, for {@code .} or {@code
     * ..}, escaped or not.
     */
    private static boolean isDots(String segment) {
        String plain = ESCAPED.matcher(segment).replaceAll(escape -> unescaped(escape.group(1)));
        for (String part : plain.split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                return true;
            }
        }
        return false;
    }

    private static String unescaped(String hex) {
        return String.valueOf((char) Integer.parseInt(hex, 16));
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("'%s' is not a location: %s".formatted(text, why));
    }

    /** Returns the location that a relative path names below this one. */
    public Location resolve(String relative) {
        List<String> all = new ArrayList<>(segments);
        all.addAll(segments(relative, relative));
        return new Location(scheme, authority, all);
    }

    /** Returns true if the other location lies below this one; a location is not below itself. */
    public boolean contains(Location other) {
        return scheme.equals(other.scheme)
                && authority.equals(other.authority)
                && other.segments.size() > segments.size()
                && other.segments.subList(0, segments.size()).equals(segments);
    }

    /** Returns true if two folders are the same, or one lies in the other. */
    public boolean overlaps(Location other) {
        return equals(other) || contains(other) || other.contains(this);
    }

    /**
     * Returns the path from here to a location below, its segments separated by slashes.
     *
     * @throws IllegalArgumentException when the other does not lie below this
     */
    public String keyOf(Location other) {
        if (!contains(other)) {
            throw new IllegalArgumentException("'%s' does not lie in %s".formatted(other, this));
        }
        return String.join("/", other.segments.subList(segments.size(), other.segments.size()));
    }

    /** Returns true for a file or folder of this machine. */
    public boolean isLocal() {
        return scheme.equals(FILE);
    }

    /** Returns the path on this machine. */
    public Path path() {
        if (!isLocal()) {
            throw new IllegalStateException(this + " is not on this machine");
        }
        return Path.of("/" + String.join("/", segments));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Location that && spelling.equals(that.spelling);
    }

    @Override
    public int hashCode() {
        return spelling.hashCode();
    }

    /** Returns the spelling that all engines understand. */
    @Override
    public String toString() {
        return spelling;
    }
}
