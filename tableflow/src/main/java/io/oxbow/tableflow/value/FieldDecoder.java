package io.oxbow.tableflow.value;

import io.oxbow.tableflow.write.Row;

/** Fills in the columns of a key or of a value. */
interface FieldDecoder {

    /**
     * @throws BadRecordException when the bytes are not what their format says
     */
    void decode(byte[] bytes, Row row);
}
