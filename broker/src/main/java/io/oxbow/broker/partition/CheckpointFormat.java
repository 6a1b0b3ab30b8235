package io.oxbow.broker.partition;

import io.oxbow.broker.partition.LeaderEpochs.EpochStart;
import io.oxbow.s3stream.CorruptException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes and reads {@link StateCheckpoint}s; the grammar is in the package's description. */
final class CheckpointFormat {

    /** Size of a part from which on producers go to the next part, in bytes. */
    static final int PART_BYTES = 256 << 10;

    private static final int MAGIC = 0x4F585053; // OXPS
    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 4 + 2 + 4 + 4 + 8 + 4 + 4;
    private static final int EPOCH_BYTES = 4 + 8;
    private static final int PRODUCER_BYTES = 8 + 2 + 1;
    private static final int BATCH_BYTES = 4 + 4 + 8 + 8 + 8;
    private static final int CRC_BYTES = 4;

    /** One part, decoded. */
    record Part(int index, int count, StateCheckpoint content) {}

    private CheckpointFormat() {}

    static List<ByteBuffer> encode(StateCheckpoint checkpoint) {
        List<List<ProducerState>> groups = group(checkpoint.producers());
        var parts = new ArrayList<ByteBuffer>(groups.size());
        for (int i = 0; i < groups.size(); i++) {
            List<EpochStart> epochs = i == 0 ? checkpoint.epochs() : List.of();
            var content = new StateCheckpoint(checkpoint.dataOffset(), epochs, groups.get(i));
            parts.add(encode(new Part(i, groups.size(), content)));
        }
        return parts;
    }

    private static List<List<ProducerState>> group(List<ProducerState> producers) {
        var groups = new ArrayList<List<ProducerState>>();
        var group = new ArrayList<ProducerState>();
        int bytes = 0;
        for (ProducerState producer : producers) {
            if (bytes >= PART_BYTES) {
                groups.add(group);
                group = new ArrayList<>();
                bytes = 0;
            }
            group.add(producer);
            bytes += size(producer);
        }
        groups.add(group);
        return groups;
    }

    private static int size(ProducerState producer) {
        return PRODUCER_BYTES + producer.batches().size() * BATCH_BYTES;
    }

    private static ByteBuffer encode(Part part) {
        StateCheckpoint content = part.content();
        int size =
                HEADER_BYTES
                        + content.epochs().size() * EPOCH_BYTES
                        + content.producers().stream().mapToInt(CheckpointFormat::size).sum()
                        + CRC_BYTES;
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putInt(MAGIC).putShort(VERSION).putInt(part.index()).putInt(part.count());
        out.putLong(content.dataOffset());
        out.putInt(content.epochs().size()).putInt(content.producers().size());
        content.epochs().forEach(e -> out.putInt(e.epoch()).putLong(e.startOffset()));
        content.producers().forEach(producer -> put(out, producer));
        return out.putInt(crc(out.duplicate().flip())).flip();
    }

    private static void put(ByteBuffer out, ProducerState producer) {
        out.putLong(producer.producerId()).putShort(producer.epoch());
        out.put((byte) producer.batches().size());
        for (ProducerBatch batch : producer.batches()) {
            out.putInt(batch.firstSequence()).putInt(batch.lastSequence());
            out.putLong(batch.baseOffset()).putLong(batch.lastOffset());
            out.putLong(batch.appendTimeMillis());
        }
    }

    /**
     * @throws CorruptException when these aren't the bytes of a part, or of a version we don't know
     */
    static Part decode(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        if (in.remaining() < HEADER_BYTES + CRC_BYTES || in.getInt(in.position()) != MAGIC) {
            throw new CorruptException("not a state checkpoint");
        }
        int crcPosition = in.limit() - CRC_BYTES;
        if (crc(in.duplicate().limit(crcPosition)) != in.getInt(crcPosition)) {
            throw new CorruptException("state checkpoint with a wrong CRC");
        }
        in.limit(crcPosition).position(in.position() + 4);
        short version = in.getShort();
        if (version != VERSION) {
            throw new CorruptException("state checkpoint of unknown version " + version);
        }
        try {
            return decodeBody(in);
        } catch (BufferUnderflowException e) {
            throw new CorruptException("state checkpoint shorter than its counts say");
        }
    }

    private static Part decodeBody(ByteBuffer in) {
        int index = in.getInt();
        int count = in.getInt();
        long dataOffset = in.getLong();
        int epochCount = in.getInt();
        int producerCount = in.getInt();
        var epochs = new ArrayList<EpochStart>();
        for (int i = 0; i < epochCount; i++) {
            epochs.add(new EpochStart(in.getInt(), in.getLong()));
        }
        var producers = new ArrayList<ProducerState>();
        for (int i = 0; i < producerCount; i++) {
            producers.add(getProducer(in));
        }
        return new Part(index, count, new StateCheckpoint(dataOffset, epochs, producers));
    }

    private static ProducerState getProducer(ByteBuffer in) {
        long producerId = in.getLong();
        short epoch = in.getShort();
        int batchCount = in.get();
        var batches = new ArrayList<ProducerBatch>(batchCount);
        for (int i = 0; i < batchCount; i++) {
            batches.add(
                    new ProducerBatch(
                            in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getLong()));
        }
        return new ProducerState(producerId, epoch, batches);
    }

    private static int crc(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
