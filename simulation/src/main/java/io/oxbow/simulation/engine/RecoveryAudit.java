package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.simulation.kernel.Simulation;

/**
 * Checks invariant 11 when the log says that a dead epoch's write-ahead log is recovered: all that
 * was acked is committed.
 */
final class RecoveryAudit {

    private final Simulation simulation;
    private final Histories histories;

    RecoveryAudit(Simulation simulation, Canon canon, Histories histories) {
        this.simulation = simulation;
        this.histories = histories;
        canon.watch(this::applied);
    }

    private void applied(Canon.Applied slot) {
        for (int i = 0; i < slot.records().size(); i++) {
            if (slot.records().get(i) instanceof CoreRecord.CompleteRecovery recovery
                    && slot.results().get(i) instanceof ApplyResult.Applied
                    && !recovery.abandoned()) {
                check(recovery, slot);
            }
        }
    }

    private void check(CoreRecord.CompleteRecovery recovery, Canon.Applied slot) {
        for (var stream : slot.image().streams()) {
            if (stream.ownerNode() >= 0) {
                continue;
            }
            var history = histories.known(stream.streamId());
            if (history != null && !history.isDamaged()) {
                long acked = history.ackedEndBelow(stream.epoch() + 1);
                simulation.check(
                        stream.endOffset() >= acked,
                        "invariant 11: %s, but stream %d ends at %d and %d was acked",
                        recovery,
                        stream.streamId(),
                        stream.endOffset(),
                        acked);
            }
        }
    }
}
