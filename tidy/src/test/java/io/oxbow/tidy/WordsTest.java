package io.oxbow.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * First sentences of documentation say what a thing is or does, in 25 words at most; every file has
 * one.
 */
final class WordsTest {
    private static final int WORDS_MAX = 25;
    private static final Pattern RIDDLE =
            Pattern.compile(
                    "^(What|Whatever|Whether|Where|Wherever|Who|Whoever|Whom|Whose|How|Why|Which)\\b.*");
    private static final Pattern TYPE =
            Pattern.compile(
                    "^(public |abstract |final |sealed |non-sealed |strictfp )*(class|interface|record|enum|@interface) \\w+.*");

    @Test
    void firstSentencesOpenWithTheThing() {
        Findings.check(
                "openings",
                "begin with a noun or a verb: what the thing is, or what it does",
                sentences().stream()
                        .filter(doc -> RIDDLE.matcher(doc.sentence()).matches())
                        .map(WordsTest::line)
                        .toList());
    }

    @Test
    void firstSentencesAreShort() {
        Findings.check(
                "long-sentences",
                "at most " + WORDS_MAX + " words; the rest is a second sentence",
                sentences().stream()
                        .filter(doc -> doc.words() > WORDS_MAX)
                        .map(WordsTest::line)
                        .toList());
    }

    @Test
    void everyTypeIsDocumented() {
        Findings.check(
                "undocumented",
                "a sentence above the type says what it is",
                SourceFile.java().stream()
                        .filter(file -> !file.name().endsWith("-info.java"))
                        .filter(file -> !hasTypeDoc(file))
                        .map(SourceFile::path)
                        .toList());
    }

    @Test
    void aFirstSentenceIsReadAsJavadocReadsIt() {
        assertThat(
                        Javadoc.firstSentence(
                                "\n * Outcome of a {@link Put}: stored,\n * or not. More.\n "))
                .isEqualTo("Outcome of a Put: stored, or not.");
        assertThat(Javadoc.firstSentence(" @return nothing ")).isEmpty();
        assertThat(RIDDLE.matcher("What became of a put.").matches()).isTrue();
        assertThat(RIDDLE.matcher("Whatsoever").matches()).isFalse();
    }

    private static List<Javadoc> sentences() {
        return SourceFile.java().stream().flatMap(file -> Javadoc.of(file).stream()).toList();
    }

    /**
     * Returns true if the first type of the file has a documentation comment before it and its
     * annotations.
     */
    private static boolean hasTypeDoc(SourceFile file) {
        boolean documented = false;
        for (String line : file.text().split("\n")) {
            if (line.startsWith("/**")) {
                documented = true;
            } else if (TYPE.matcher(line).matches()) {
                return documented;
            } else if (line.startsWith("import ") || line.startsWith("package ")) {
                documented = false;
            }
        }
        return true;
    }

    private static String line(Javadoc doc) {
        return doc.file().substring(doc.file().lastIndexOf('/') + 1) + ": " + doc.sentence();
    }
}
