package io.oxbow.tableflow.shape;

import org.apache.iceberg.types.Type;

/** A primitive type of a column; it may be widened where Iceberg allows it. */
public final class LeafNode implements Node {

    private Type.PrimitiveType type;

    LeafNode(Type.PrimitiveType type) {
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
