package io.oxbow.tableflow.shape;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** A list type of a column. */
public final class ListColumn implements ColumnType {

    private final int elementId;
    private final boolean elementOptional;
    private final ColumnType element;

    ListColumn(int elementId, boolean elementOptional, ColumnType element) {
        this.elementId = elementId;
        this.elementOptional = elementOptional;
        this.element = element;
    }

    public ColumnType element() {
        return element;
    }

    @Override
    public int leaves() {
        return element.leaves();
    }

    @Override
    public Type type() {
        return elementOptional
                ? Types.ListType.ofOptional(elementId, element.type())
                : Types.ListType.ofRequired(elementId, element.type());
    }
}
