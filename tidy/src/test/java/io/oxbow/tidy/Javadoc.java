package io.oxbow.tidy;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A documentation comment in a source file.
 *
 * @param file its file's path
 * @param sentence its first sentence in plain words, without tags; empty when it has none
 */
record Javadoc(String file, String sentence) {
    private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
    private static final Pattern LINE_START = Pattern.compile("\\n\\s*\\*");
    private static final Pattern INLINE_TAG = Pattern.compile("\\{@\\w+\\s+([^}]*)}");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s");

    static List<Javadoc> of(SourceFile source) {
        return COMMENT.matcher(source.text())
                .results()
                .map(found -> new Javadoc(source.path(), firstSentence(found.group(1))))
                .toList();
    }

    static String firstSentence(String comment) {
        String body = LINE_START.matcher(comment).replaceAll(" ");
        body = INLINE_TAG.matcher(body).replaceAll("$1").replaceAll("\\s+", " ").strip();
        if (body.startsWith("@") || body.startsWith("{@inheritDoc")) {
            return "";
        }
        return SENTENCE_END.split(body, 2)[0];
    }

    int words() {
        return sentence.isEmpty() ? 0 : sentence.split(" ").length;
    }
}
