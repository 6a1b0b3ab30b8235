package io.oxbow.s3stream.maintenance;

import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.compact.CompactionHost;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.List;

/** Adapter that gives compaction the node's store and metadata log, without the caches. */
public final class CompactionOnNode implements CompactionHost {

    private final MetadataLog log;
    private final ObjectNumbers numbers;
    private final Patience patience;
    private final Bucket background;
    private final Bucket foreground;
    private final Commands commands;

    /**
     * @param foreground through which the node uploads and reads for clients
     */
    public CompactionOnNode(
            ObjectStore store,
            MetadataLog log,
            ObjectNumbers numbers,
            Patience patience,
            Bucket foreground) {
        this.log = log;
        this.numbers = numbers;
        this.patience = patience;
        this.foreground = foreground;
        this.background = new Bucket(store, patience);
        this.commands = new Commands(log, patience);
    }

    @Override
    public CoreImage image() {
        return log.image();
    }

    @Override
    public ObjectNumbers numbers() {
        return numbers;
    }

    @Override
    public boolean leads() {
        return log.leadership().here();
    }

    @Override
    public ByteBuffer read(String key, long position, int size) {
        return background.read(key, position, size);
    }

    @Override
    public void put(String key, List<ByteBuffer> body) {
        background.put(key, body);
    }

    @Override
    public ApplyResult commit(CoreRecord record) {
        return commands.untilDefinite(record);
    }

    @Override
    public void pause(long nanos, String what) {
        patience.sleep(nanos, what);
    }

    @Override
    public boolean isStopping() {
        return patience.isStopped();
    }

    @Override
    public boolean isBusy() {
        return foreground.isBusy();
    }

    @Override
    public long uploadedBytes() {
        return foreground.putBytes();
    }
}
