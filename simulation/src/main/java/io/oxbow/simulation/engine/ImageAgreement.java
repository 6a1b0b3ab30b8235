package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.kernel.Simulation;
import java.util.List;
import java.util.function.Supplier;

/**
 * Checks invariants 3 and 13: every node at a slot has the state that the canonical chain has
 * there.
 */
final class ImageAgreement {

    private final Simulation simulation;
    private final Canon canon;
    private final Supplier<List<Life>> lives;

    ImageAgreement(Simulation simulation, Canon canon, Supplier<List<Life>> lives) {
        this.simulation = simulation;
        this.canon = canon;
        this.lives = lives;
    }

    /** Compares all nodes; called between steps. */
    void look() {
        for (Life life : lives.get()) {
            CoreImage image = life.image();
            if (image != null && image.slot() != life.slotSeen()) {
                check(life, image);
            }
        }
    }

    private void check(Life life, CoreImage image) {
        long slot = image.slot();
        simulation.check(
                slot > life.slotSeen(), "%s goes from slot %d to %d", life, life.slotSeen(), slot);
        simulation.check(
                slot <= canon.image().slot(),
                "invariant 3: %s is at slot %d, the log is at %d",
                life,
                slot,
                canon.image().slot());
        simulation.check(
                Canon.hash(image) == canon.hashAt(slot),
                "invariant 13: %s has another state at slot %d",
                life,
                slot);
        life.slotSeen(slot);
    }
}
