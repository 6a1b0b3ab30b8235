package io.oxbow.simulation.mutant;

import java.util.List;

/**
 * A rule of the engine, and how its code is changed so that the rule is broken.
 *
 * @param rule what is broken
 * @param file below {@code io/oxbow/s3stream}
 * @param edits of its text, in order
 * @param scenario that must notice
 * @param seeds from 0, within which it must
 */
record Mutant(String rule, String file, List<Edit> edits, String scenario, int seeds) {

    /** Text that stands in the file exactly once, and what is put there instead. */
    record Edit(String text, String instead) {}

    static Mutant of(String rule, String file, String scenario, int seeds, String... textsInstead) {
        var edits = new java.util.ArrayList<Edit>();
        for (int i = 0; i < textsInstead.length; i += 2) {
            edits.add(new Edit(textsInstead[i], textsInstead[i + 1]));
        }
        return new Mutant(rule, file, List.copyOf(edits), scenario, seeds);
    }

    String applyTo(String source) {
        String text = source;
        for (Edit edit : edits) {
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
