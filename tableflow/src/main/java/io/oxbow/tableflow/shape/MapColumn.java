package io.oxbow.tableflow.shape;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** A map type of a column. */
public final class MapColumn implements ColumnType {

    private final int keyId;
    private final int valueId;
    private final boolean valueOptional;
    private final ColumnType key;
    private final ColumnType value;

    MapColumn(int keyId, int valueId, boolean valueOptional, ColumnType key, ColumnType value) {
        this.keyId = keyId;
        this.valueId = valueId;
        this.valueOptional = valueOptional;
        this.key = key;
        this.value = value;
    }

    public ColumnType key() {
        return key;
    }

    public ColumnType value() {
        return value;
    }

    @Override
    public int leaves() {
        return key.leaves() + value.leaves();
    }

    @Override
    public Type type() {
        return valueOptional
                ? Types.MapType.ofOptional(keyId, valueId, key.type(), value.type())
                : Types.MapType.ofRequired(keyId, valueId, key.type(), value.type());
    }
}
