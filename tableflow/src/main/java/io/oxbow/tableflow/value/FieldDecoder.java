package io.oxbow.tableflow.value;

import io.oxbow.tableflow.write.Row;

/** Decodes a key or a value into the columns of its fields. */
interface FieldDecoder {

    /**
     * @throws BadRecordException when the bytes are not what their format says
     */
    void decode(byte[] bytes, Row row);
}
