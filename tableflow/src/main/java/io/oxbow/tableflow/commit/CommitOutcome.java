package io.oxbow.tableflow.commit;

/** What became of a commit. That it may have happened is an exception. */
public sealed interface CommitOutcome {

    /** It is part of the table. */
    record Committed(TableProgress progress) implements CommitOutcome {}

    /** It is not and never will be: the table is not what the round was built on any more. */
    record Superseded(String why) implements CommitOutcome {}
}
