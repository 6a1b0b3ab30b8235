package io.oxbow.tableflow.commit;

/** Outcome of a commit; an unknown outcome is an exception. */
public sealed interface CommitOutcome {

    /** The commit is part of the table. */
    record Committed(TableProgress progress) implements CommitOutcome {}

    /**
     * The commit is not part of the table and never will be: the table has changed since the round
     * loaded it.
     */
    record Superseded(String why) implements CommitOutcome {}
}
