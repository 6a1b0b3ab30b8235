package io.oxbow.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.partition.LeaderEpochs.EpochStart;
import io.oxbow.s3stream.CorruptException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the bytes of state checkpoints, and the detection of damage. */
class CheckpointFormatTest {

    private static final StateCheckpoint EXAMPLE =
            new StateCheckpoint(
                    0x1_0000_0002L,
                    List.of(new EpochStart(3, 0), new EpochStart(5, 0x1_0000_0000L)),
                    List.of(
                            new ProducerState(
                                    9,
                                    (short) 1,
                                    List.of(
                                            new ProducerBatch(0, 1, 16, 17, 1000),
                                            new ProducerBatch(
                                                    2, 2, 0x1_0000_0001L, 0x1_0000_0001L, 1001)))));

    private static final String GOLDEN =
            """
            4f585053 0001 00000000 00000001
            0000000100000002 00000002 00000001
            00000003 0000000000000000
            00000005 0000000100000000
            0000000000000009 0001 02
            00000000 00000001 0000000000000010 0000000000000011 00000000000003e8
            00000002 00000002 0000000100000001 0000000100000001 00000000000003e9
            """;

    @Test
    void theBytesAreTheFormats() {
        ByteBuffer part = CheckpointFormat.encode(EXAMPLE).getFirst();
        byte[] bytes = new byte[part.remaining()];
        part.duplicate().get(bytes);
        byte[] golden = HexFormat.of().parseHex(GOLDEN.replaceAll("\\s", ""));
        var crc = new java.util.zip.CRC32C();
        crc.update(golden);
        assertThat(bytes)
                .isEqualTo(
                        ByteBuffer.allocate(golden.length + 4)
                                .put(golden)
                                .putInt((int) crc.getValue())
                                .array());
    }

    @Test
    void aDecodedCheckpointEqualsTheEncodedOne() {
        assertThat(CheckpointFormat.decode(CheckpointFormat.encode(EXAMPLE).getFirst()))
                .isEqualTo(new CheckpointFormat.Part(0, 1, EXAMPLE));
    }

    @Test
    void anyChangedByteIsNoticed() {
        ByteBuffer part = CheckpointFormat.encode(EXAMPLE).getFirst();
        for (int i = 0; i < part.limit(); i++) {
            byte right = part.get(i);
            part.put(i, (byte) (right ^ 0x40));
            assertThatThrownBy(() -> CheckpointFormat.decode(part))
                    .as("byte %d", i)
                    .isInstanceOf(CorruptException.class);
            part.put(i, right);
        }
    }

    @Test
    void aTruncatedPartIsNoticed() {
        ByteBuffer part = CheckpointFormat.encode(EXAMPLE).getFirst();
        for (int limit = 0; limit < part.limit(); limit++) {
            ByteBuffer cut = part.duplicate().limit(limit);
            assertThatThrownBy(() -> CheckpointFormat.decode(cut))
                    .isInstanceOf(CorruptException.class);
        }
    }

    @Test
    void manyProducersTakeSeveralParts() {
        var producers = new ArrayList<ProducerState>();
        for (int i = 0; i < 10_000; i++) {
            producers.add(
                    new ProducerState(i, (short) 0, List.of(new ProducerBatch(0, 0, i, i, 1))));
        }
        List<ByteBuffer> parts =
                CheckpointFormat.encode(new StateCheckpoint(10_000, List.of(), producers));
        assertThat(parts).hasSizeGreaterThan(1);
        var decoded = new ArrayList<ProducerState>();
        for (int i = 0; i < parts.size(); i++) {
            CheckpointFormat.Part part = CheckpointFormat.decode(parts.get(i));
            assertThat(parts.get(i).limit()).isLessThan(CheckpointFormat.PART_BYTES + 1024);
            assertThat(part.index()).isEqualTo(i);
            assertThat(part.count()).isEqualTo(parts.size());
            decoded.addAll(part.content().producers());
        }
        assertThat(decoded).isEqualTo(producers);
    }
}
