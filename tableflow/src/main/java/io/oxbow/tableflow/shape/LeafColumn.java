package io.oxbow.tableflow.shape;

import org.apache.iceberg.types.Type;

/** A primitive type of a column; it may be widened where Iceberg allows it. */
public final class LeafColumn implements ColumnType {

    private Type.PrimitiveType type;

    LeafColumn(Type.PrimitiveType type) {
        this.type = type;
    }

    @Override
    public Type.PrimitiveType type() {
        return type;
    }

    @Override
    public int leaves() {
        return 1;
    }

    void become(Type.PrimitiveType other) {
        type = other;
    }
}
