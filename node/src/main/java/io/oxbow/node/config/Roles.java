package io.oxbow.node.config;

import java.util.List;
import java.util.Set;

/**
 * Roles of a process.
 *
 * @param tableflow true if it translates topics into tables
 */
public record Roles(boolean tableflow) {

    static final String TABLEFLOW = "tableflow";

    private static final Set<String> ALWAYS = Set.of("broker", "controller");

    static Roles of(List<String> given) {
        for (String role : given) {
            if (!ALWAYS.contains(role) && !role.equals(TABLEFLOW)) {
                throw new ConfigFailure(
                        "%s=%s: there is no role '%s'; there are broker, controller and tableflow"
                                .formatted(NodeConfigKeys.ROLES, String.join(",", given), role));
            }
        }
        if (!given.containsAll(ALWAYS)) {
            throw new ConfigFailure(
                    "%s=%s: each process is broker and controller so far; only tableflow can be left away"
                            .formatted(NodeConfigKeys.ROLES, String.join(",", given)));
        }
        return new Roles(given.contains(TABLEFLOW));
    }

    /** Returns the names of the roles, as the configuration has them. */
    public List<String> names() {
        return tableflow
                ? List.of("broker", "controller", TABLEFLOW)
                : List.of("broker", "controller");
    }
}
