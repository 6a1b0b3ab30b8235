package io.oxbow.tableflow.shape;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.iceberg.types.Types;

/** A field of a struct, or a column of the table. */
public final class Column {

    private static final String JSON_TEXT = "JSON text";

    private final int position;
    private final ColumnType node;
    private final List<String> sources = new ArrayList<>(1);
    private Types.NestedField template;

    Column(int position, Types.NestedField template, ColumnType node) {
        this.position = position;
        this.template = template;
        this.node = node;
    }

    /** Returns the position of the column's value in a row; never changes. */
    public int position() {
        return position;
    }

    public int fieldId() {
        return template.fieldId();
    }

    public String name() {
        return template.name();
    }

    public ColumnType node() {
        return node;
    }

    List<String> sources() {
        return Collections.unmodifiableList(sources);
    }

    void addSource(String source) {
        sources.add(source);
    }

    void rename(String newName) {
        template = Types.NestedField.from(template).withName(newName).build();
    }

    void removeSource(String source) {
        sources.remove(source);
    }

    void makeOptional() {
        template = Types.NestedField.from(template).asOptional().build();
    }

    void makeRequired() {
        template = Types.NestedField.from(template).asRequired().build();
    }

    boolean isRequired() {
        return template.isRequired();
    }

    /** Returns true if the column holds values that no column type fits, as JSON text. */
    public boolean isJsonText() {
        String doc = template.doc();
        return doc != null && doc.startsWith(JSON_TEXT);
    }

    static String jsonTextDoc() {
        return JSON_TEXT + " of values that no other type holds";
    }

    public Types.NestedField field() {
        return Types.NestedField.from(template).ofType(node.type()).build();
    }
}
