package io.oxbow.s3stream.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Image of streams and objects without bytes, for uploads, trims, deletes and compaction in a
 * model.
 */
final class ModelImage implements CompactionView {

    /** Bytes of frame and index per append of this model; each append has one offset. */
    private static final long APPEND_OVERHEAD = 60;

    private static final class Row {
        final long size;
        int references;
        long referencedBytes;

        Row(long size) {
            this.size = size;
        }
    }

    private final TreeMap<Long, List<CoreImage.Extent>> streams = new TreeMap<>();
    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private final LinkedHashMap<String, Row> objects = new LinkedHashMap<>();
    private long lastObject;
    private long copiedBytes;
    private long droppedBytes;

    /** Range of one stream in an upload. */
    record Share(long streamId, long appends, long bytes) {}

    void upload(List<Share> shares) {
        long size = 100;
        for (Share share : shares) {
            size += share.bytes() + share.appends() * APPEND_OVERHEAD;
        }
        String key = newObject(size);
        for (Share share : shares) {
            long start = ends.getOrDefault(share.streamId(), 0L);
            var extent =
                    new CoreImage.Extent(
                            share.streamId(),
                            start,
                            start + share.appends(),
                            key,
                            size,
                            share.bytes(),
                            0,
                            0);
            streams.computeIfAbsent(share.streamId(), id -> new ArrayList<>()).add(extent);
            ends.put(share.streamId(), extent.endOffset());
            reference(extent);
        }
    }

    /** Trims away the first extents of a stream. */
    void trim(long streamId, int extents) {
        List<CoreImage.Extent> gone =
                streams.getOrDefault(streamId, List.of()).stream().limit(extents).toList();
        gone.forEach(this::dereference);
        gone.forEach(extent -> droppedBytes += extent.bytes());
        if (!gone.isEmpty()) {
            streams.get(streamId).removeAll(gone);
        }
    }

    void delete(long streamId) {
        trim(streamId, Integer.MAX_VALUE);
        streams.remove(streamId);
    }

    /** Applies a plan as the image would. */
    void apply(CompactionPlan plan) {
        for (CompactionPlan.Output output : plan.outputs()) {
            long size = 100;
            for (CompactionPlan.Run run : output.runs()) {
                size += run.bytes() + (run.endOffset() - run.startOffset()) * APPEND_OVERHEAD;
            }
            String key = newObject(size);
            for (CompactionPlan.Run run : output.runs()) {
                replace(run, key, size);
            }
        }
    }

    private void replace(CompactionPlan.Run run, String key, long size) {
        List<CoreImage.Extent> extents = streams.get(run.streamId());
        int at = extents.indexOf(run.extents().getFirst());
        var covered = extents.subList(at, at + run.extents().size());
        assertThat(covered).isEqualTo(run.extents());
        run.extents().forEach(this::dereference);
        covered.clear();
        var joined =
                new CoreImage.Extent(
                        run.streamId(),
                        run.startOffset(),
                        run.endOffset(),
                        key,
                        size,
                        run.bytes(),
                        0,
                        0);
        extents.add(at, joined);
        reference(joined);
        copiedBytes += run.bytes();
    }

    private String newObject(long size) {
        String key = "objects/%08d".formatted(++lastObject);
        objects.put(key, new Row(size));
        return key;
    }

    private void reference(CoreImage.Extent extent) {
        Row row = objects.get(extent.objectKey());
        row.references++;
        row.referencedBytes += extent.bytes();
    }

    private void dereference(CoreImage.Extent extent) {
        Row row = objects.get(extent.objectKey());
        row.referencedBytes -= extent.bytes();
        if (--row.references == 0) {
            objects.remove(extent.objectKey());
        }
    }

    @Override
    public List<SharedObject> objects() {
        List<SharedObject> all = new ArrayList<>();
        for (Map.Entry<String, Row> object : objects.entrySet()) {
            Row row = object.getValue();
            all.add(
                    new SharedObject(
                            object.getKey(), row.size, row.references, row.referencedBytes));
        }
        return all;
    }

    @Override
    public void forEachStretch(Consumer<List<CoreImage.Extent>> visitor) {
        streams.values().stream()
                .filter(extents -> !extents.isEmpty())
                .map(List::copyOf)
                .forEach(visitor);
    }

    long copiedBytes() {
        return copiedBytes;
    }

    long droppedBytes() {
        return droppedBytes;
    }

    List<List<CoreImage.Extent>> stretches() {
        List<List<CoreImage.Extent>> all = new ArrayList<>();
        forEachStretch(all::add);
        return all;
    }

    double potential(Potential potential) {
        double sum = 0;
        for (List<CoreImage.Extent> stretch : stretches()) {
            for (CoreImage.Extent extent : stretch) {
                sum += potential.ofExtent(extent.bytes());
            }
        }
        return sum;
    }

    /**
     * Returns the bytes, as appended, that nothing refers to any more, in objects that still exist.
     */
    long deadBytes() {
        long dead = 0;
        Map<String, Long> appends = new LinkedHashMap<>();
        for (List<CoreImage.Extent> stretch : stretches()) {
            for (CoreImage.Extent e : stretch) {
                appends.merge(e.objectKey(), e.endOffset() - e.startOffset(), Long::sum);
            }
        }
        for (Map.Entry<String, Row> object : objects.entrySet()) {
            Row row = object.getValue();
            dead +=
                    row.size
                            - row.referencedBytes
                            - appends.getOrDefault(object.getKey(), 0L) * APPEND_OVERHEAD
                            - 100;
        }
        return dead;
    }
}
