package io.oxbow.tableflow.translate;

import io.oxbow.tableflow.commit.TableProgress;
import io.oxbow.tableflow.commit.TranslatedRange;
import java.util.List;

/** Outcome of a round. */
public sealed interface RoundResult {

    /** The log held nothing new. */
    record Idle(TableProgress progress) implements RoundResult {}

    /**
     * The table has more than before.
     *
     * @param moreToDo whether the log has more already
     */
    record Advanced(
            TableProgress progress,
            List<TranslatedRange> ranges,
            long bytes,
            int files,
            boolean moreToDo)
            implements RoundResult {}

    /** Others changed the table meanwhile; nothing was added, the next round looks again. */
    record Superseded(String why) implements RoundResult {}
}
