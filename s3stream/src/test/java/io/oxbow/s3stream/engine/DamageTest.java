package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.read.ExtentReader;
import io.oxbow.s3stream.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** An object that is missing or damaged costs its own offsets, and no others. */
class DamageTest {

    private static final int STREAMS = 2;

    private enum Kind {
        MISSING,
        EMPTY,
        TRUNCATED,
        FLIPPED,
        GARBAGE,
        ANOTHER
    }

    @Test
    void whatLiesElsewhereIsReadAndTheRestIsNamed() throws Exception {
        // Side by side: a missing object is looked for some seconds before it counts as lost.
        long seed = new Random().nextLong();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var kinds = new ArrayList<Future<Void>>();
            for (Kind kind : Kind.values()) {
                kinds.add(
                        threads.submit(() -> {
                            damage(kind, seed);
                            return null;
                        }));
            }
            for (Future<Void> kind : kinds) {
                kind.get();
            }
        }
    }

    /** A sequential reader has the records behind its reads fetched ahead. */
    @Test
    void readIsNotFailedByDamageThatLiesBehindIt() throws Exception {
        TestNode node = TestNode.start();
        for (int upload = 0; upload < 6; upload++) {
            node.stream().append(TestNode.bytes(upload, 300), 1, 0).await();
            node.streams.flush();
        }
        try (TestNode next = node.restart()) {
            long streamId = next.stream().streamId();
            var entries = next.log.image().entries(streamId, 0, 100);
            next.world.bucket.put(entries.get(4).objectKey(), List.of(ByteBuffer.allocate(40)));
            assertThat(unreadable(next.stream(), entries.get(4).objectKey())).containsExactly(4L);
            for (long offset = 0; offset < 4; offset++) {
                try (ReadResult fetched = next.stream().read(offset, 1)) {
                    assertThat(fetched.nextOffset()).isEqualTo(offset + 1);
                }
            }
        }
    }

    private static void damage(Kind kind, long seed) throws Exception {
        var random = new Random(seed);
        String what = "%s, seed %d".formatted(kind, seed);
        TestNode node = TestNode.start();
        for (int upload = 0; upload < 4; upload++) {
            for (int append = 0; append < 20; append++) {
                Stream stream = node.stream(TestNode.name(random.nextInt(STREAMS)));
                ByteBuffer bytes = TestNode.bytes(random.nextLong(), 1 + random.nextInt(2_000));
                stream.append(bytes, 1 + random.nextInt(3), random.nextLong()).await();
            }
            node.streams.flush();
        }
        try (TestNode next = node.restart()) {
            List<CoreImage.ObjectState> objects = next.log.image().objectsAfter(0, 100);
            CoreImage.ObjectState victim = objects.get(random.nextInt(objects.size()));
            String other = objects.get(random.nextInt(objects.size())).key();
            hit(next.world.bucket, victim, kind, other, random);
            for (int i = 0; i < STREAMS; i++) {
                Stream stream = next.stream(TestNode.name(i));
                var lost = new TreeSet<Long>();
                for (CoreImage.Entry entry : next.log.image().entries(stream.streamId(), 0, 100)) {
                    if (entry.objectKey().equals(victim.key())) {
                        for (long o = entry.startOffset(); o < entry.endOffset(); o++) {
                            lost.add(o);
                        }
                    }
                }
                assertThat(lost).as(what).containsAll(unreadable(stream, victim.key()));
                var reader = new ExtentReader(next.store, next.log, TestNode.environment());
                assertThat(lost).as(what).containsAll(unreadable(reader, stream));
                // Time passes over it whole, size stops before it; nothing is thrown.
                stream.retentionOffset(random.nextInt(5_000), Long.MIN_VALUE);
                assertThat(stream.retentionOffset(Long.MAX_VALUE, Long.MAX_VALUE))
                        .as(what)
                        .isEqualTo(stream.nextOffset());
                // New records are taken, uploaded and read.
                long at = stream.nextOffset();
                TestNode.put(stream, 1, "new");
                next.streams.flush();
                assertThat(TestNode.texts(stream, at)).as(what).containsExactly(at + ":new");
            }
        }
    }

    private static void hit(
            ObjectStore bucket,
            CoreImage.ObjectState victim,
            Kind kind,
            String other,
            Random random) {
        var body = ((ObjectStore.GetResult.Found) bucket.get(victim.key())).body();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        byte[] damaged =
                switch (kind) {
                    case MISSING, EMPTY -> new byte[0];
                    case TRUNCATED -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
                    case FLIPPED -> {
                        int at = random.nextInt(bytes.length - 8);
                        for (int i = 0; i < 8; i++) {
                            bytes[at + i] ^= 0x5a;
                        }
                        yield bytes;
                    }
                    case GARBAGE -> {
                        random.nextBytes(bytes);
                        yield bytes;
                    }
                    case ANOTHER -> {
                        var another = ((ObjectStore.GetResult.Found) bucket.get(other)).body();
                        byte[] its = new byte[another.remaining()];
                        another.get(its);
                        yield its;
                    }
                };
        bucket.delete(List.of(victim.key()));
        if (kind != Kind.MISSING) {
            bucket.put(victim.key(), List.of(ByteBuffer.wrap(damaged)));
        }
    }

    private static Collection<Long> unreadable(Stream stream, String key) {
        var lost = new TreeSet<Long>();
        long offset = 0;
        while (offset < stream.nextOffset()) {
            try (ReadResult fetched = stream.read(offset, 500)) {
                assertThat(fetched.nextOffset()).isGreaterThan(offset);
                assertThat(fetched.appends().getFirst().baseOffset()).isLessThanOrEqualTo(offset);
                offset = fetched.nextOffset();
            } catch (DamagedException e) {
                assertThat(e.objectKey()).isEqualTo(key);
                assertThat(e).hasMessageContaining(key);
                assertThat(e.fromOffset()).isLessThanOrEqualTo(offset);
                for (; offset < e.toOffset(); offset++) {
                    lost.add(offset);
                }
            }
        }
        return lost;
    }

    private static Collection<Long> unreadable(CommittedReader reader, Stream stream) {
        var read = new TreeMap<Long, Long>();
        var lost = new TreeSet<Long>();
        long offset = 0;
        while (offset < stream.nextOffset()) {
            try (var cursor = reader.read(stream.streamId(), offset, stream.nextOffset())) {
                for (var append = cursor.next(); append != null; append = cursor.next()) {
                    read.put(append.baseOffset(), append.nextOffset());
                    offset = append.nextOffset();
                }
                assertThat(offset).isEqualTo(stream.nextOffset());
            } catch (DamagedException e) {
                for (; offset < e.toOffset(); offset++) {
                    lost.add(offset);
                }
            }
        }
        assertThat(read.keySet()).noneMatch(lost::contains);
        return lost;
    }
}
