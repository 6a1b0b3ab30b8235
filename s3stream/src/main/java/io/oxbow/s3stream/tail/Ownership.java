package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.StreamName;
import org.jspecify.annotations.Nullable;

/**
 * The hold of this node on one stream: its identity, how far it is in data objects, and why the
 * hold has ended. Thread-safe.
 */
public final class Ownership {

    private final StreamName name;
    private final long streamId;
    private final long epoch;
    private volatile long committedEndOffset;
    private volatile @Nullable FencedException ended;

    public Ownership(StreamName name, long streamId, long epoch, long endOffset) {
        this.name = name;
        this.streamId = streamId;
        this.epoch = epoch;
        this.committedEndOffset = endOffset;
    }

    public StreamName name() {
        return name;
    }

    public long streamId() {
        return streamId;
    }

    public long epoch() {
        return epoch;
    }

    /** Everything below is in data objects, and the image says so. */
    public long committedEndOffset() {
        return committedEndOffset;
    }

    public void committed(long endOffset) {
        committedEndOffset = endOffset;
    }

    /** The stream is not this node's any more. The first cause counts. */
    public void end(String why) {
        if (ended == null) {
            ended = new FencedException(why);
        }
    }

    /** The cause that ended the hold, null while it lasts. */
    public @Nullable FencedException ended() {
        return ended;
    }

    /** Returns true when appends that are still in memory are of no use. */
    public boolean isGivenUp() {
        return ended != null;
    }

    /** Throws when the hold has ended. */
    public void check() {
        FencedException why = ended;
        if (why != null) {
            throw new FencedException("%s: %s".formatted(name, why.getMessage()));
        }
    }

    @Override
    public String toString() {
        return "%s id=%d epoch=%d".formatted(name, streamId, epoch);
    }
}
