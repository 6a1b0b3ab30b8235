package io.oxbow.simulation.engine;

import io.oxbow.simulation.world.LossyDisk;
import io.oxbow.simulation.world.Platter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A node of the cluster: its disk, and the process that runs now. */
final class Member {

    private final int nodeId;
    private Platter platter;
    private @Nullable Life life;
    private @Nullable LossyDisk disk;
    private int lives;

    Member(int nodeId, Platter platter) {
        this.nodeId = nodeId;
        this.platter = platter;
    }

    int nodeId() {
        return nodeId;
    }

    Platter platter() {
        return platter;
    }

    /** Replaces the disk by a blank one. */
    void platter(Platter blank) {
        platter = blank;
    }

    Life life() {
        return Objects.requireNonNull(life);
    }

    /** Sets the process that runs now. */
    void life(Life now) {
        life = now;
        lives++;
    }

    /** Sets the disk as the process has it attached. */
    void disk(LossyDisk now) {
        disk = now;
    }

    void revokeDisk() {
        if (disk != null) {
            disk.revoke();
        }
    }

    /** Returns the number of the life that comes next. */
    int nextLife() {
        return lives + 1;
    }

    String nextName() {
        return "node-%d.%d".formatted(nodeId, lives + 1);
    }

    /** Returns true if the process could not even open the disk. */
    boolean needsBlankDisk() {
        return life().isDiskUseless();
    }
}
