package io.oxbow.s3stream.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.StreamName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Random commits, trims, deletions, compactions and archivings, also stale and repeated ones. The
 * image must equal a plain model after each (invariants 9 and 10).
 */
class ExtentModelTest {

    private static final int STEPS = 600;

    @Test
    void imageSaysWhatThePlainModelSays() {
        long base = new Random().nextLong();
        int taken = 0;
        for (long seed = base; seed < base + 40; seed++) {
            var run = new Run(seed);
            for (int i = 0; i < STEPS; i++) {
                run.step();
                run.check();
            }
            taken += run.model.owned.size();
        }
        assertThat(taken).as("seed " + base).isGreaterThan(100);
    }

    private static final class Run {
        private final long seed;
        private final Random random;
        private final ExtentModel model = new ExtentModel();
        private MetadataImage image = new MetadataImage();
        private final List<CoreRecord> stale = new ArrayList<>();
        private long slot;
        private long commits;
        private long number;
        private int partitions;

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            apply(new CoreRecord.RegisterNode(1, new UUID(0, 1), WalKind.OBJECT, List.of(), "h"));
            for (int i = 0; i < 5; i++) {
                open();
            }
        }

        private ApplyResult apply(CoreRecord record) {
            byte[] bytes = CoreRecordCodec.encode(record);
            return image.apply(++slot, slot * 1_000, List.of(CoreRecordCodec.decode(bytes)))
                    .getFirst();
        }

        private void open() {
            var name = new StreamName(new UUID(3, 3), partitions++, StreamName.Kind.DATA);
            var opened =
                    (ApplyResult.Opened) apply(new CoreRecord.OpenStreams(1, 1, List.of(name)));
            model.open(opened.streams().getFirst().streamId());
        }

        private String key() {
            return new ObjectKey(1, 1, number++).path();
        }

        private long anyStream() {
            var ids = new ArrayList<>(model.streams.keySet());
            return ids.get(random.nextInt(ids.size()));
        }

        void step() {
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> trim();
                case 3 -> deleteObjects();
                case 4 -> recycle();
                case 5 -> submit(compaction());
                case 6 -> submit(random.nextBoolean() ? compaction() : rewriting());
                case 7, 8, 9 -> submit(archiving());
                case 10 ->
                        stale.add(
                                switch (random.nextInt(3)) {
                                    case 0 -> compaction();
                                    case 1 -> rewriting();
                                    default -> archiving();
                                });
                case 11 -> submitStale();
                case 12 -> image = MetadataImage.of(image.sections());
                default -> commit();
            }
        }

        private void commit() {
            var ranges = new ArrayList<CoreRecord.Range>();
            for (long id : new TreeSet<>(model.streams.keySet())) {
                if (random.nextInt(3) > 0) {
                    long start = model.ends.get(id) + (random.nextInt(20) == 0 ? 1 : 0);
                    ranges.add(range(id, start, 1 + random.nextInt(5)));
                }
            }
            var object = new CoreRecord.NewObject(key(), 100, ranges);
            ApplyResult result =
                    apply(
                            new CoreRecord.CommitObjects(
                                    1, 1, 0, ++commits, 0, List.of(0L), List.of(object)));
            assertThat(result).isEqualTo(new ApplyResult.Committed(model.commit(object)));
        }

        private CoreRecord.Range range(long id, long start, long count) {
            return new CoreRecord.Range(
                    id, 1, start, count, random.nextInt(100), random.nextInt(1000) - 1);
        }

        private void trim() {
            long id = anyStream();
            long end = model.ends.get(id);
            long to = model.starts.get(id) + random.nextLong(Math.max(1, end - 20) + 10);
            if (to <= end) {
                apply(new CoreRecord.TrimStreams(1, 1, List.of(new CoreRecord.Trim(id, to))));
                model.trim(id, to);
            }
        }

        private void deleteObjects() {
            var keys = new ArrayList<>(model.dereferenced());
            Collections.shuffle(keys, random);
            List<String> some = keys.subList(0, random.nextInt(keys.size() + 1));
            apply(new CoreRecord.ObjectsDeleted(List.copyOf(some)));
            model.objectsDeleted(some);
        }

        /** Deletes a stream and opens another. */
        private void recycle() {
            if (random.nextInt(4) == 0) {
                long id = anyStream();
                apply(new CoreRecord.DeleteStreams(1, 1, List.of(id)));
                model.deleteStream(id);
                open();
            }
        }

        /** Returns a compaction that fits now, or nearly fits. */
        private CoreRecord compaction() {
            var inputs = new TreeSet<String>();
            var ranges = new ArrayList<CoreRecord.Range>();
            model.streams.forEach((id, pieces) -> {
                if (pieces.size() > 1 && random.nextBoolean()) {
                    int from = random.nextInt(pieces.size() - 1);
                    int to = from + 1 + random.nextInt(Math.min(9, pieces.size() - from));
                    long start = pieces.get(from).start();
                    long end = pieces.get(to - 1).end() + (random.nextInt(15) == 0 ? 1 : 0);
                    ranges.add(range(id, start, end - start));
                    pieces.subList(from, to).forEach(piece -> inputs.add(piece.key()));
                }
            });
            if (random.nextInt(10) == 0 && !inputs.isEmpty()) {
                inputs.removeFirst();
            }
            return new CoreRecord.CompactObjects(
                    1,
                    1,
                    0,
                    List.copyOf(inputs),
                    List.of(new CoreRecord.NewObject(key(), 500, ranges)));
        }

        /** Returns a rewriting of one run into several objects, or of what is nearly one. */
        private CoreRecord rewriting() {
            for (var stream : model.streams.entrySet()) {
                List<ExtentModel.Piece> pieces = stream.getValue();
                if (pieces.size() < 2 || random.nextInt(3) == 0) {
                    continue;
                }
                int from = random.nextInt(pieces.size() - 1);
                int to = from + 1 + random.nextInt(Math.min(9, pieces.size() - from));
                long start = pieces.get(from).start();
                long end = pieces.get(to - 1).end() + (random.nextInt(15) == 0 ? 1 : 0);
                if (end - start < 2) {
                    continue;
                }
                var inputs = new TreeSet<String>();
                pieces.subList(from, to).forEach(piece -> inputs.add(piece.key()));
                if (random.nextInt(10) == 0) {
                    inputs.removeFirst();
                }
                long middle = start + 1 + random.nextLong(end - start - 1);
                return new CoreRecord.RewriteExtents(
                        1,
                        1,
                        0,
                        List.copyOf(inputs),
                        List.of(
                                output(stream.getKey(), start, middle),
                                output(stream.getKey(), middle, end)));
            }
            return compaction();
        }

        private CoreRecord.NewObject output(long id, long start, long end) {
            return new CoreRecord.NewObject(key(), 300, List.of(range(id, start, end - start)));
        }

        private CoreRecord archiving() {
            var owned = new TreeSet<String>();
            for (String key : model.levels.keySet()) {
                if (random.nextInt(3) > 0 && model.references(key) > 0) {
                    owned.add(key);
                }
            }
            int level = 1 + owned.stream().mapToInt(model.levels::get).max().orElse(0);
            var parts = new ArrayList<CoreRecord.Part>();
            model.streams.forEach((id, pieces) -> {
                CoreRecord.Part open = null;
                for (ExtentModel.Piece piece : pieces) {
                    if (!owned.contains(piece.key()) || random.nextInt(200) == 0) {
                        continue;
                    }
                    if (open != null && open.endOffset() == piece.start()) {
                        parts.removeLast();
                        open = new CoreRecord.Part(id, open.startOffset(), piece.end());
                    } else {
                        open = new CoreRecord.Part(id, piece.start(), piece.end());
                    }
                    parts.add(open);
                }
            });
            if (random.nextInt(15) == 0) {
                level++;
            }
            return new CoreRecord.ArchiveExtents(
                    1,
                    1,
                    0,
                    new CoreRecord.Composite(key(), 700, level, parts),
                    List.copyOf(owned));
        }

        private void submitStale() {
            if (!stale.isEmpty()) {
                submit(stale.remove(random.nextInt(stale.size())));
            }
        }

        private void submit(CoreRecord record) {
            ApplyResult result = apply(record);
            switch (record) {
                case CoreRecord.CompactObjects compact ->
                        assertThat(result)
                                .as("seed " + seed)
                                .isEqualTo(new ApplyResult.Committed(model.compact(compact)));
                case CoreRecord.RewriteExtents rewrite ->
                        assertThat(result)
                                .as("seed " + seed)
                                .isEqualTo(new ApplyResult.Committed(model.rewrite(rewrite)));
                case CoreRecord.ArchiveExtents archive -> {
                    boolean taken = model.archive(archive);
                    assertThat(result)
                            .as("seed " + seed + " " + result)
                            .isInstanceOf(
                                    taken ? ApplyResult.Applied.class : ApplyResult.Refused.class);
                    if (!taken) {
                        return;
                    }
                }
                default -> throw new AssertionError(record);
            }
            if (random.nextInt(4) == 0) {
                assertThat(apply(record)).isInstanceOf(ApplyResult.AlreadyApplied.class);
            }
        }

        void check() {
            model.streams.forEach((id, pieces) -> {
                List<CoreImage.Entry> entries = image.entries(id, -1, 100_000);
                assertThat(entries.stream().map(this::piece).toList())
                        .as("seed %d, stream %d", seed, id)
                        .isEqualTo(pieces);
                long next = pieces.isEmpty() ? 0 : pieces.getFirst().start();
                for (CoreImage.Entry entry : entries) {
                    assertThat(entry.startOffset()).isEqualTo(next);
                    next = entry.endOffset();
                }
            });
            var dereferenced = new TreeSet<String>();
            image.dereferencedObjects(100_000).forEach(object -> dereferenced.add(object.key()));
            assertThat(dereferenced).as("seed " + seed).isEqualTo(model.dereferenced());
            var inImage = new TreeSet<String>();
            for (CoreImage.ObjectState object : image.objectsAfter(0, 100_000)) {
                inImage.add(object.key());
                assertThat(object.level()).isEqualTo(model.levels.get(object.key()));
                assertThat(object.references()).isEqualTo(model.references(object.key()));
            }
            assertThat(inImage).as("seed " + seed).isEqualTo(model.levels.keySet());
            if (random.nextInt(20) == 0) {
                checkOwnership();
            }
        }

        /** Checks that no object is both in the image and owned, and that none is owned twice. */
        private void checkOwnership() {
            var seen = new TreeSet<String>();
            model.owned.forEach((composite, owned) -> {
                for (String key : owned) {
                    assertThat(seen.add(key)).as("seed %d: %s twice", seed, key).isTrue();
                    assertThat(model.levels).doesNotContainKey(key);
                    assertThat(image.mayBeNeeded(key)).isTrue();
                }
            });
            model.committed.forEach(key -> assertThat(image.wasCommitted(key)).isTrue());
            model.deleted.forEach(key -> assertThat(image.mayBeNeeded(key)).isFalse());
            assertThat(image.wasCommitted(new ObjectKey(1, 1, number).path())).isFalse();
        }

        private ExtentModel.Piece piece(CoreImage.Entry entry) {
            int level = entry instanceof CoreImage.Part part ? part.level() : 0;
            assertThat(level).isEqualTo(model.levels.get(entry.objectKey()));
            return new ExtentModel.Piece(
                    entry.startOffset(),
                    entry.endOffset(),
                    entry.objectKey(),
                    entry.bytes(),
                    entry.maxTimestamp());
        }
    }
}
