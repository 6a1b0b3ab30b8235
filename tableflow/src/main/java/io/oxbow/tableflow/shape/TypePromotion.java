package io.oxbow.tableflow.shape;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Checks that a column takes values of a type without loss, at most by widening it as Iceberg can.
 */
final class TypePromotion {

    private TypePromotion() {}

    /**
     * Returns true if the column takes the type. Structs always take structs: their fields are
     * placed one by one.
     */
    static boolean fits(ColumnType node, Type wanted) {
        return switch (node) {
            case LeafColumn leaf ->
                    wanted instanceof Type.PrimitiveType primitive
                            && widened(leaf.type(), primitive) != null;
            case StructColumn ignored -> wanted instanceof Types.StructType;
            case ListColumn list ->
                    wanted instanceof Types.ListType type
                            && fits(list.element(), type.elementType());
            case MapColumn map ->
                    wanted instanceof Types.MapType type
                            && map.key().type().equals(type.keyType())
                            && fits(map.value(), type.valueType());
        };
    }

    /** Widens the types in a column as far as needed; true if any was widened. */
    static boolean widen(ColumnType node, Type wanted, UndoLog log) {
        return switch (node) {
            case LeafColumn leaf -> widenLeaf(leaf, (Type.PrimitiveType) wanted, log);
            case StructColumn ignored -> false;
            case ListColumn list ->
                    widen(list.element(), ((Types.ListType) wanted).elementType(), log);
            case MapColumn map -> widen(map.value(), ((Types.MapType) wanted).valueType(), log);
        };
    }

    private static boolean widenLeaf(LeafColumn leaf, Type.PrimitiveType wanted, UndoLog log) {
        Type.PrimitiveType narrow = leaf.type();
        Type.PrimitiveType wider = widened(narrow, wanted);
        if (wider == null || wider.equals(narrow)) {
            return false;
        }
        leaf.become(wider);
        log.changed(() -> leaf.become(narrow));
        return true;
    }

    /** Returns the narrowest type that holds both types and to which the column may be promoted. */
    private static Type.@org.jspecify.annotations.Nullable PrimitiveType widened(
            Type.PrimitiveType column, Type.PrimitiveType wanted) {
        if (column.equals(wanted)) {
            return column;
        }
        return switch (column) {
            case Types.LongType ignored when wanted instanceof Types.IntegerType -> column;
            case Types.IntegerType ignored when wanted instanceof Types.LongType -> wanted;
            case Types.DoubleType ignored when wanted instanceof Types.FloatType -> column;
            case Types.FloatType ignored when wanted instanceof Types.DoubleType -> wanted;
            case Types.DecimalType decimal
                    when wanted instanceof Types.DecimalType other
                            && decimal.scale() == other.scale() ->
                    decimal.precision() >= other.precision() ? column : wanted;
            default -> null;
        };
    }
}
