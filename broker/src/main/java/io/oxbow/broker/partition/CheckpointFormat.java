package io.oxbow.broker.partition;

import io.oxbow.broker.partition.LeaderEpochs.EpochStart;
import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.ProducerBatch;
import io.oxbow.broker.producer.ProducerState;
import io.oxbow.s3stream.CorruptException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes and reads {@link StateCheckpoint}s; the grammar is in the package's description. */
final class CheckpointFormat {

    /** Size of a part from which on the rest goes to the next part, in bytes. */
    static final int PART_BYTES = 256 << 10;

    private static final int MAGIC = 0x4F585053; // OXPS
    private static final short VERSION = 2;

    /**
     * Version of a partition that was cleaned; others are written so that older builds read them.
     */
    private static final short VERSION_CLEANED = 3;

    /** Version without transactions. */
    private static final short VERSION_1 = 1;

    private static final int HEADER_BYTES = 4 + 2 + 4 + 4 + 8 + 4 + 4 + 4;
    private static final int HEADER_BYTES_MIN = HEADER_BYTES - 4;
    private static final int EPOCH_BYTES = 4 + 8;
    private static final int PRODUCER_BYTES = 8 + 2 + 8 + 4 + 8 + 1;
    private static final int BATCH_BYTES = 4 + 4 + 8 + 8 + 8;
    private static final int ABORTED_BYTES = 8 + 8 + 8 + 8;
    private static final int CLEANED_BYTES = 8;
    private static final int CRC_BYTES = 4;

    /** One part, decoded. */
    record Part(int index, int count, StateCheckpoint content) {}

    private CheckpointFormat() {}

    static List<ByteBuffer> encode(StateCheckpoint checkpoint) {
        List<StateCheckpoint> contents = divide(checkpoint);
        var parts = new ArrayList<ByteBuffer>(contents.size());
        for (int i = 0; i < contents.size(); i++) {
            parts.add(encode(new Part(i, contents.size(), contents.get(i))));
        }
        return parts;
    }

    /** Returns the contents of the parts: epochs in the first, then producers, then aborted. */
    private static List<StateCheckpoint> divide(StateCheckpoint checkpoint) {
        var contents = new ArrayList<StateCheckpoint>();
        var producers = new ArrayList<ProducerState>();
        int bytes = 0;
        for (ProducerState producer : checkpoint.producers()) {
            if (bytes >= PART_BYTES) {
                contents.add(part(checkpoint, contents.isEmpty(), producers, List.of()));
                producers.clear();
                bytes = 0;
            }
            producers.add(producer);
            bytes += size(producer);
        }
        var aborted = new ArrayList<AbortedTransaction>();
        for (AbortedTransaction transaction : checkpoint.aborted()) {
            if (bytes >= PART_BYTES) {
                contents.add(part(checkpoint, contents.isEmpty(), producers, aborted));
                producers.clear();
                aborted.clear();
                bytes = 0;
            }
            aborted.add(transaction);
            bytes += ABORTED_BYTES;
        }
        contents.add(part(checkpoint, contents.isEmpty(), producers, aborted));
        return contents;
    }

    private static StateCheckpoint part(
            StateCheckpoint whole,
            boolean first,
            List<ProducerState> producers,
            List<AbortedTransaction> aborted) {
        List<EpochStart> epochs = first ? whole.epochs() : List.of();
        return new StateCheckpoint(
                whole.dataOffset(), epochs, producers, aborted, whole.cleanedTo());
    }

    private static int size(ProducerState producer) {
        return PRODUCER_BYTES + producer.batches().size() * BATCH_BYTES;
    }

    private static ByteBuffer encode(Part part) {
        StateCheckpoint content = part.content();
        boolean cleaned = content.cleanedTo() > 0;
        int size =
                HEADER_BYTES
                        + (cleaned ? CLEANED_BYTES : 0)
                        + content.epochs().size() * EPOCH_BYTES
                        + content.producers().stream().mapToInt(CheckpointFormat::size).sum()
                        + content.aborted().size() * ABORTED_BYTES
                        + CRC_BYTES;
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putInt(MAGIC).putShort(cleaned ? VERSION_CLEANED : VERSION);
        out.putInt(part.index()).putInt(part.count());
        out.putLong(content.dataOffset());
        if (cleaned) {
            out.putLong(content.cleanedTo());
        }
        out.putInt(content.epochs().size()).putInt(content.producers().size());
        out.putInt(content.aborted().size());
        content.epochs().forEach(e -> out.putInt(e.epoch()).putLong(e.startOffset()));
        content.producers().forEach(producer -> put(out, producer));
        content.aborted().forEach(transaction -> put(out, transaction));
        return out.putInt(crc(out.duplicate().flip())).flip();
    }

    private static void put(ByteBuffer out, ProducerState producer) {
        out.putLong(producer.producerId()).putShort(producer.epoch());
        out.putLong(producer.openSince()).putInt(producer.coordinatorEpoch());
        out.putLong(producer.lastAppendMillis());
        out.put((byte) producer.batches().size());
        for (ProducerBatch batch : producer.batches()) {
            out.putInt(batch.firstSequence()).putInt(batch.lastSequence());
            out.putLong(batch.baseOffset()).putLong(batch.lastOffset());
            out.putLong(batch.appendTimeMillis());
        }
    }

    private static void put(ByteBuffer out, AbortedTransaction transaction) {
        out.putLong(transaction.producerId()).putLong(transaction.firstOffset());
        out.putLong(transaction.lastOffset()).putLong(transaction.stableOffset());
    }

    /**
     * @throws CorruptException when these aren't the bytes of a part, or of a version we don't know
     */
    static Part decode(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        if (in.remaining() < HEADER_BYTES_MIN + CRC_BYTES || in.getInt(in.position()) != MAGIC) {
            throw new CorruptException("not a state checkpoint");
        }
        int crcPosition = in.limit() - CRC_BYTES;
        if (crc(in.duplicate().limit(crcPosition)) != in.getInt(crcPosition)) {
            throw new CorruptException("state checkpoint with a wrong CRC");
        }
        in.limit(crcPosition).position(in.position() + 4);
        short version = in.getShort();
        if (version < VERSION_1 || version > VERSION_CLEANED) {
            throw new CorruptException("state checkpoint of unknown version " + version);
        }
        try {
            return decodeBody(in, version);
        } catch (BufferUnderflowException e) {
            throw new CorruptException("state checkpoint shorter than its counts say");
        }
    }

    private static Part decodeBody(ByteBuffer in, short version) {
        int index = in.getInt();
        int count = in.getInt();
        long dataOffset = in.getLong();
        long cleanedTo = version == VERSION_CLEANED ? in.getLong() : 0;
        int epochCount = in.getInt();
        int producerCount = in.getInt();
        int abortedCount = version == VERSION_1 ? 0 : in.getInt();
        var epochs = new ArrayList<EpochStart>();
        for (int i = 0; i < epochCount; i++) {
            epochs.add(new EpochStart(in.getInt(), in.getLong()));
        }
        var producers = new ArrayList<ProducerState>();
        for (int i = 0; i < producerCount; i++) {
            producers.add(version == VERSION_1 ? getProducer1(in) : getProducer(in));
        }
        var aborted = new ArrayList<AbortedTransaction>();
        for (int i = 0; i < abortedCount; i++) {
            aborted.add(
                    new AbortedTransaction(in.getLong(), in.getLong(), in.getLong(), in.getLong()));
        }
        return new Part(
                index,
                count,
                new StateCheckpoint(dataOffset, epochs, producers, aborted, cleanedTo));
    }

    private static ProducerState getProducer(ByteBuffer in) {
        long producerId = in.getLong();
        short epoch = in.getShort();
        long openSince = in.getLong();
        int coordinatorEpoch = in.getInt();
        long lastAppendMillis = in.getLong();
        return new ProducerState(
                producerId, epoch, getBatches(in), openSince, coordinatorEpoch, lastAppendMillis);
    }

    private static ProducerState getProducer1(ByteBuffer in) {
        long producerId = in.getLong();
        short epoch = in.getShort();
        List<ProducerBatch> batches = getBatches(in);
        return new ProducerState(
                producerId,
                epoch,
                batches,
                ProducerState.NOT_OPEN,
                ProducerState.NO_COORDINATOR,
                batches.isEmpty() ? 0 : batches.getLast().appendTimeMillis());
    }

    private static List<ProducerBatch> getBatches(ByteBuffer in) {
        int batchCount = in.get();
        var batches = new ArrayList<ProducerBatch>(batchCount);
        for (int i = 0; i < batchCount; i++) {
            batches.add(
                    new ProducerBatch(
                            in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getLong()));
        }
        return batches;
    }

    private static int crc(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
