package io.oxbow.simulation.mutant;

import java.util.List;

/**
 * A rule of the engine, and how its code is changed so that the rule is broken.
 *
 * @param rule what is broken
 * @param edits of its text, in order
 * @param scenario that must notice
 * @param seeds from 0, within which it must
 */
record Mutant(String rule, List<Edit> edits, String scenario, int seeds) {

    /**
     * Text that stands in the file exactly once, and what is put there instead.
     *
     * @param file below {@code io/oxbow/s3stream}
     */
    record Edit(String file, String text, String instead) {}

    static Mutant of(String rule, String file, String scenario, int seeds, String... textsInstead) {
        var edits = new java.util.ArrayList<Edit>();
        for (int i = 0; i < textsInstead.length; i += 2) {
            edits.add(new Edit(file, textsInstead[i], textsInstead[i + 1]));
        }
        return new Mutant(rule, List.copyOf(edits), scenario, seeds);
    }

    /** The same with one more change, where two guards stand behind one another. */
    Mutant and(String file, String text, String instead) {
        var more = new java.util.ArrayList<>(edits);
        more.add(new Edit(file, text, instead));
        return new Mutant(rule, List.copyOf(more), scenario, seeds);
    }

    /** The files that are changed. */
    List<String> files() {
        return edits.stream().map(Edit::file).distinct().toList();
    }

    String applyTo(String file, String source) {
        String text = source;
        for (Edit edit : edits) {
            if (!edit.file().equals(file)) {
                continue;
            }
            int at = text.indexOf(edit.text());
            if (at < 0 || text.indexOf(edit.text(), at + 1) >= 0) {
                throw new AssertionError(
                        "%s: in %s this stands not exactly once: %s"
                                .formatted(rule, file, edit.text()));
            }
            text = text.replace(edit.text(), edit.instead());
        }
        return text;
    }

    @Override
    public String toString() {
        return rule;
    }
}
