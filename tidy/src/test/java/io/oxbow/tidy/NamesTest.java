package io.oxbow.tidy;

import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Bounds are named with the quantity first: {@code bytesMax}, not {@code bytesMax}; Kafka's own
 * field names aside.
 */
final class NamesTest {
    private static final Pattern DECLARED =
            Pattern.compile(
                    "\\b(?:int|long|double|Duration|Integer|Long) (max(?!Timestamp|Id\\b|Keys\\b|Wait\\b)[A-Z]\\w*|MAX_(?!TIMESTAMP)\\w+|min(?!Bytes\\b)[A-Z]\\w*|MIN_[A-Z]\\w*)\\b");

    @Test
    void boundsAreNamedWithTheQuantityFirst() {
        var found = new TreeSet<String>();
        for (SourceFile file : SourceFile.java()) {
            DECLARED.matcher(file.text())
                    .results()
                    .forEach(name -> found.add(file.name() + ": " + name.group(1)));
        }
        Findings.check("bounds", "name it quantity, unit, Max: bytesMax, WAIT_MAX", found);
    }
}
