package io.oxbow.tableflow.translate;

import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.shape.EvolutionRefusedException;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.value.BadRecordException;
import io.oxbow.tableflow.value.RowDecoder;
import io.oxbow.tableflow.write.Row;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;

/**
 * Takes records into a table's shape one at a time, each as a whole or not at all. A record that
 * fails in any way is refused, and the shape's growth for it is undone.
 */
final class RecordIntake {

    private final TableShape shape;
    private final RowDecoder decoder;
    private final Partitioner partitioner;
    private TableShape.Mark taken;

    /**
     * A record with its row and the row's partition.
     *
     * @param memory of record and row, in bytes, estimated
     */
    record Taken(LogRecord record, Row row, PartitionKey partition, long memory) {}

    RecordIntake(TableShape shape, RowDecoder decoder, Partitioner partitioner) {
        this.shape = shape;
        this.decoder = decoder;
        this.partitioner = partitioner;
        this.taken = shape.mark();
    }

    /** Returns the newest schema of the rows taken so far, which all of them fit. */
    Schema schema() {
        return taken.schema();
    }

    /**
     * Makes a row of a record, and lets the shape grow as the row needs.
     *
     * @throws BadRecordException when that cannot be; everything is as it was before then
     * @throws TableFlowException when it cannot be told now; likewise
     */
    Taken take(LogRecord record) {
        try {
            Row row = decoder.decode(record);
            if (shape.hasGrownSince(taken)) {
                shape.checkGrowthSince(taken);
            }
            PartitionKey partition = partitioner.of(row, shape.schema());
            if (shape.hasGrownSince(taken)) {
                taken = shape.mark();
            }
            return new Taken(record, row, partition, decoder.memoryTaken());
        } catch (BadRecordException | TableFlowException e) {
            shape.takeBack(taken);
            throw e;
        } catch (EvolutionRefusedException e) {
            shape.takeBack(taken);
            throw new BadRecordException(String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            shape.takeBack(taken);
            throw BadRecordException.because(e);
        }
    }
}
