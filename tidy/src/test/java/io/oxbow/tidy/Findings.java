package io.oxbow.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Breaches of one rule, compared with those that are known from before the rule was made.
 *
 * <p>Known breaches stand in {@code tidy/known/RULE.txt}, a line each. A new one fails the test; so
 * does one that is mended and still listed, so that a list only becomes shorter. {@code
 * -Doxbow.docs.write=true} writes the lists anew: a line more in the difference is for a reviewer
 * to refuse.
 */
final class Findings {
    private Findings() {}

    /** Fails unless the breaches found are exactly the known ones. */
    static void check(String rule, String advice, Collection<String> found) {
        var breaches = new TreeSet<>(found);
        if (Boolean.getBoolean("oxbow.docs.write")) {
            write(SourceFile.known(rule), breaches);
        }
        var known = new TreeSet<>(read(SourceFile.known(rule)));
        var fresh = new TreeSet<>(breaches);
        fresh.removeAll(known);
        assertThat(fresh).as("breaches of '%s': %s", rule, advice).isEmpty();
        known.removeAll(breaches);
        assertThat(known)
                .as(
                        "mended, so strike them from tidy/known/%s.txt (-Doxbow.docs.write=true does)",
                        rule)
                .isEmpty();
    }

    private static List<String> read(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, Collection<String> lines) {
        try {
            if (lines.isEmpty()) {
                Files.deleteIfExists(file);
            } else {
                Files.write(file, lines);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
