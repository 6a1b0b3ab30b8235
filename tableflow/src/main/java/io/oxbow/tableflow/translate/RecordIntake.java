package io.oxbow.tableflow.translate;

import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.shape.GrowthRefusedException;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.value.BadRecordException;
import io.oxbow.tableflow.value.RowDecoder;
import io.oxbow.tableflow.write.Row;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;

/**
 * Takes records into a table's shape one at a time, each as a whole or not at all: whatever goes
 * wrong with one, it is refused for it, and what the shape grew by for it is taken back.
 */
final class RecordIntake {

    private final TableShape shape;
    private final RowDecoder decoder;
    private final Partitioner partitioner;
    private TableShape.Mark taken;

    /** A record that became a row. */
    record Taken(LogRecord record, Row row, PartitionKey partition) {}

    RecordIntake(TableShape shape, RowDecoder decoder, Partitioner partitioner) {
        this.shape = shape;
        this.decoder = decoder;
        this.partitioner = partitioner;
        this.taken = shape.mark();
    }

    /** The schema that all rows taken so far are of, the newest among them. */
    Schema schema() {
        return taken.schema();
    }

    /**
     * Makes a row of a record, and the shape what the row needs.
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
            return new Taken(record, row, partition);
        } catch (BadRecordException | TableFlowException e) {
            shape.takeBack(taken);
            throw e;
        } catch (GrowthRefusedException e) {
            shape.takeBack(taken);
            throw new BadRecordException(String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            shape.takeBack(taken);
            throw BadRecordException.because(e);
        }
    }
}
