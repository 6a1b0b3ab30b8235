package io.oxbow.simulation.broker;

import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.RewriteResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.simulation.history.Opening;
import io.oxbow.simulation.history.StreamHistory;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Streams of a node, as its partitions have them; what is done with them goes into histories. */
public final class AuditedStore implements StreamStore {

    private final StreamNotes notes;
    private final String owner;
    private final NodeStreams node;
    private final Map<StreamName, AuditedStream> streams = new HashMap<>();

    public AuditedStore(StreamNotes notes, String owner, NodeStreams node) {
        this.notes = notes;
        this.owner = owner;
        this.node = node;
    }

    @Override
    public Map<StreamName, Stream> open(Collection<StreamName> names) {
        Map<StreamName, Stream> opened = new HashMap<>();
        // Nothing blocks between the engine's answer and the note of it.
        node.open(names).forEach((name, stream) -> opened.put(name, audited(name, stream)));
        return opened;
    }

    private Stream audited(StreamName name, Stream stream) {
        AuditedStream known = streams.get(name);
        if (known != null && known.is(stream)) {
            return known;
        }
        StreamHistory history = notes.history(stream.streamId());
        var opening = new Opening[1];
        notes.note(() ->
                opening[0] =
                        history.opened(
                                owner, stream.epoch(), stream.startOffset(), stream.nextOffset()));
        var audited = new AuditedStream(notes, stream, history, opening[0]);
        streams.put(name, audited);
        return audited;
    }

    @Override
    public long nodeEpoch() {
        return node.nodeEpoch();
    }

    @Override
    public List<StreamName> existing(Collection<StreamName> names) {
        return node.existing(names);
    }

    @Override
    public List<StreamName> heldByOthers(Collection<StreamName> names) {
        return node.heldByOthers(names);
    }

    @Override
    public boolean upload(Collection<StreamName> names, Duration limit) {
        return node.upload(names, limit);
    }

    @Override
    public void close(Collection<StreamName> names) {
        node.close(names);
    }

    @Override
    public void delete(Collection<StreamName> names) {
        node.delete(names);
    }

    @Override
    public void flush() {
        node.flush();
    }

    @Override
    public void uploadSoon() {
        node.uploadSoon();
    }

    @Override
    public boolean hasUnuploaded(Collection<StreamName> names) {
        return node.hasUnuploaded(names);
    }

    @Override
    public CommittedReader.Cursor readPaced(StreamName name, long fromOffset, long toOffset) {
        return node.readPaced(name, fromOffset, toOffset);
    }

    @Override
    public RewriteResult rewrite(
            StreamName name, long fromOffset, long toOffset, AppendFilter filter) {
        return node.rewrite(name, fromOffset, toOffset, filter);
    }

    @Override
    public void onFailure(Consumer<S3StreamException> listener) {
        node.onFailure(listener);
    }

    @Override
    public void close() {
        node.close();
    }
}
