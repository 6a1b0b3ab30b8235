package io.oxbow.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.partition.LeaderEpochs.EpochStart;
import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.ProducerBatch;
import io.oxbow.broker.producer.ProducerState;
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
                                                    2, 2, 0x1_0000_0001L, 0x1_0000_0001L, 1001)),
                                    16,
                                    4,
                                    1002)),
                    List.of(new AbortedTransaction(8, 2, 5, 6)),
                    0);

    private static final String GOLDEN =
            """
            4f585053 0002 00000000 00000001
            0000000100000002 00000002 00000001 00000001
            00000003 0000000000000000
            00000005 0000000100000000
            0000000000000009 0001 0000000000000010 00000004 00000000000003ea 02
            00000000 00000001 0000000000000010 0000000000000011 00000000000003e8
            00000002 00000002 0000000100000001 0000000100000001 00000000000003e9
            0000000000000008 0000000000000002 0000000000000005 0000000000000006
            """;

    /** The same without transactions, as version 1 had it. */
    private static final String GOLDEN_1 =
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
        assertThat(bytes).isEqualTo(withCrc(GOLDEN));
    }

    @Test
    void aCheckpointWithoutTransactionsIsRead() {
        ProducerState known = EXAMPLE.producers().getFirst();
        assertThat(CheckpointFormat.decode(ByteBuffer.wrap(withCrc(GOLDEN_1))).content())
                .isEqualTo(
                        new StateCheckpoint(
                                EXAMPLE.dataOffset(),
                                EXAMPLE.epochs(),
                                List.of(
                                        new ProducerState(
                                                known.producerId(),
                                                known.epoch(),
                                                known.batches(),
                                                ProducerState.NOT_OPEN,
                                                ProducerState.NO_COORDINATOR,
                                                1001)),
                                List.of(),
                                0));
    }

    private static byte[] withCrc(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        var crc = new java.util.zip.CRC32C();
        crc.update(bytes);
        return ByteBuffer.allocate(bytes.length + 4)
                .put(bytes)
                .putInt((int) crc.getValue())
                .array();
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
    void muchStateTakesSeveralParts() {
        var producers = new ArrayList<ProducerState>();
        var aborted = new ArrayList<AbortedTransaction>();
        for (int i = 0; i < 10_000; i++) {
            var batch = new ProducerBatch(0, 0, i, i, 1);
            producers.add(ProducerState.first(i, (short) 0, batch, false));
            aborted.add(new AbortedTransaction(i, i, i + 1, i + 2));
        }
        List<ByteBuffer> parts =
                CheckpointFormat.encode(
                        new StateCheckpoint(10_000, List.of(), producers, aborted, 0));
        assertThat(parts).hasSizeGreaterThan(3);
        var decoded = new ArrayList<ProducerState>();
        var decodedAborted = new ArrayList<AbortedTransaction>();
        for (int i = 0; i < parts.size(); i++) {
            CheckpointFormat.Part part = CheckpointFormat.decode(parts.get(i));
            assertThat(parts.get(i).limit()).isLessThan(CheckpointFormat.PART_BYTES + 1024);
            assertThat(part.index()).isEqualTo(i);
            assertThat(part.count()).isEqualTo(parts.size());
            decoded.addAll(part.content().producers());
            decodedAborted.addAll(part.content().aborted());
        }
        assertThat(decoded).isEqualTo(producers);
        assertThat(decodedAborted).isEqualTo(aborted);
    }
}
