package io.oxbow.s3stream.log.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.CoreRecordCodec;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.image.Mutation;
import io.oxbow.s3stream.image.WalKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A huge count in random bytes is refused before memory is allocated for the items counted. */
class ParserAllocationTest {

    private static final int ROUNDS = 20_000;

    /** Number of first rounds that are not measured, because loading classes takes memory too. */
    private static final int ROUNDS_OF_LOADING = 1_000;

    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void recordsTakeMemoryByTheirSizeAtMost() {
        for (CoreRecord record : records()) {
            fuzz(CoreRecordCodec.encode(record), CoreRecordCodec::decode);
        }
    }

    @Test
    void imagesTakeMemoryByTheirSizeAtMost() {
        var image = new MetadataImage();
        image.apply(1, 1_000, records());
        var good = image.sections();
        fuzz(
                good.core(),
                bytes ->
                        MetadataImage.of(
                                new io.oxbow.s3stream.image.ImageSections(
                                        1, bytes, good.extents(), good.times())));
        fuzz(
                good.extents(),
                bytes ->
                        MetadataImage.of(
                                new io.oxbow.s3stream.image.ImageSections(
                                        1, good.core(), bytes, good.times())));
        fuzz(
                good.times(),
                bytes ->
                        MetadataImage.of(
                                new io.oxbow.s3stream.image.ImageSections(
                                        1, good.core(), good.extents(), bytes)));
    }

    private static List<CoreRecord> records() {
        var names = new ArrayList<StreamName>();
        for (int i = 0; i < 20; i++) {
            names.add(new StreamName(new UUID(1, i), i, StreamName.Kind.DATA));
        }
        var ranges = new ArrayList<CoreRecord.Range>();
        for (int i = 1; i <= 20; i++) {
            ranges.add(new CoreRecord.Range(i, 1, 0, 10, 1000, 5));
        }
        return List.of(
                new CoreRecord.RegisterNode(
                        1, new UUID(2, 2), WalKind.FILE, List.of(new UUID(3, 3)), "h:1"),
                new CoreRecord.OpenStreams(1, 1, names),
                new CoreRecord.CommitObjects(
                        1,
                        1,
                        0,
                        1,
                        0,
                        List.of(4096L),
                        List.of(new CoreRecord.NewObject("objects/00/1-1-0", 20_000, ranges))),
                new CoreRecord.PutPointer("key", 0, new byte[100]));
    }

    private static void fuzz(byte[] good, Consumer<byte[]> parser) {
        long seed = Long.getLong("oxbow.fuzz.seed", new Random().nextLong());
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bad = Mutation.of(good, random);
            long before = THREAD.getCurrentThreadAllocatedBytes();
            try {
                parser.accept(bad);
            } catch (CorruptException expected) {
                // what it allocated counts all the same
            }
            long allocated = THREAD.getCurrentThreadAllocatedBytes() - before;
            if (round < ROUNDS_OF_LOADING) {
                continue;
            }
            assertThat(allocated)
                    .as("seed %d round %d: %d bytes of garbage", seed, round, bad.length)
                    .isLessThan(256 * 1024 + 200L * bad.length);
        }
    }
}
