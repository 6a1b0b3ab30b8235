package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.AppendFilter.Decision;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.object.DataObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Objects that replace one run of extents. One is held in memory at a time and put when it is full;
 * nothing is put before something has changed. For one thread.
 */
final class RewrittenOutputs {

    private final CompactionHost host;
    private final Pace pace;
    private final long bytesMax;
    private final long streamId;
    private final long startOffset;
    private final List<ObjectKey> taken = new ArrayList<>();
    private final List<CoreRecord.NewObject> objects = new ArrayList<>();

    /** Run in memory; null when it grew too long before anything had changed. */
    private @Nullable RewrittenRun run;

    private boolean changed;

    RewrittenOutputs(CompactionHost host, Pace pace, long bytesMax, CoreImage.Entry first) {
        this.host = host;
        this.pace = pace;
        this.bytesMax = bytesMax;
        this.streamId = first.streamId();
        this.startOffset = first.startOffset();
        this.run = new RewrittenRun(streamId, startOffset);
    }

    /** Returns true if the beginning of the run is to be added again before the next append. */
    boolean lacksBeginning() {
        return run == null;
    }

    /** Begins again, for appends that were let go of; they are written now, whatever comes. */
    void begin() {
        changed = true;
        run = new RewrittenRun(streamId, startOffset);
    }

    void add(ReadResult.Append append, Decision decision) {
        changed |= !(decision instanceof Decision.Keep);
        RewrittenRun open = run;
        if (open == null) {
            return;
        }
        if (open.bytes() + append.records().remaining() > bytesMax && open.bytes() > 0) {
            if (!changed) {
                run = null;
                return;
            }
            put(open, append.baseOffset());
            open = new RewrittenRun(streamId, append.baseOffset());
            run = open;
        }
        open.add(append, decision);
    }

    /** Returns true if any append was replaced or dropped. */
    boolean isChanged() {
        return changed;
    }

    /** Puts the rest; returns all objects. */
    List<CoreRecord.NewObject> finish(long endOffset) {
        RewrittenRun open = run;
        if (open == null) {
            throw new IllegalStateException("nothing was changed");
        }
        put(open, endOffset);
        return List.copyOf(objects);
    }

    private void put(RewrittenRun full, long endOffset) {
        DataObject object = full.finish(endOffset);
        pace.take(object.size());
        ObjectKey key = host.numbers().take();
        taken.add(key);
        host.put(key.path(), object.body());
        objects.add(new CoreRecord.NewObject(key.path(), object.size(), object.ranges()));
    }

    /** Returns the bytes of what was kept, as appended. */
    long bytes() {
        return objects.stream().mapToLong(object -> object.ranges().getFirst().bytes()).sum();
    }

    /** Gives the objects' numbers back once their commit is certain, or they are left behind. */
    void settle() {
        taken.forEach(host.numbers()::settle);
    }
}
