package io.oxbow.tableflow.shape;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** A list type of a column. */
public final class ListNode implements Node {

    private final int elementId;
    private final boolean elementOptional;
    private final Node element;

    ListNode(int elementId, boolean elementOptional, Node element) {
        this.elementId = elementId;
        this.elementOptional = elementOptional;
        this.element = element;
    }

    public Node element() {
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
