package io.oxbow.benchmarks.document;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a document between two marks, which a command rewrites; all else is written by hand.
 */
public record GeneratedSection(Path document, String name) {

    /** Returns the section of that name in docs/performance.md. */
    public static GeneratedSection ofPerformance(Path home, String name) {
        return new GeneratedSection(home.resolve("docs/performance.md"), name);
    }

    public void rewrite(String text) {
        try {
            Files.writeString(document, rewritten(Files.readString(document), text));
        } catch (IOException e) {
            throw new UncheckedIOException(document + " cannot be rewritten", e);
        }
    }

    String rewritten(String whole, String text) {
        String begin = "<!-- begin of %s, written by bin/bench -->\n".formatted(name);
        String end = "<!-- end of %s -->".formatted(name);
        int from = whole.indexOf(begin);
        int to = whole.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalStateException(
                    "%s has no section '%s': expected the lines '%s' and '%s'"
                            .formatted(document, name, begin.strip(), end));
        }
        return whole.substring(0, from + begin.length())
                + "\n"
                + text.strip()
                + "\n\n"
                + whole.substring(to);
    }
}
