package io.oxbow.tableflow.shape;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Checks that a column takes values of a type without loss, at most by widening it as Iceberg can.
 */
final class Fit {

    private Fit() {}

    /**
     * Returns true if the column takes the type. Structs always take structs: their fields are
     * placed one by one.
     */
    static boolean fits(Node node, Type wanted) {
        return switch (node) {
            case LeafNode leaf ->
                    wanted instanceof Type.PrimitiveType primitive
                            && widened(leaf.type(), primitive) != null;
            case StructNode ignored -> wanted instanceof Types.StructType;
            case ListNode list ->
                    wanted instanceof Types.ListType type
                            && fits(list.element(), type.elementType());
            case MapNode map ->
                    wanted instanceof Types.MapType type
                            && map.key().type().equals(type.keyType())
                            && fits(map.value(), type.valueType());
        };
    }

    /** Widens the types in a column as far as needed; true if any was widened. */
    static boolean widen(Node node, Type wanted, GrowthLog log) {
        return switch (node) {
            case LeafNode leaf -> widenLeaf(leaf, (Type.PrimitiveType) wanted, log);
            case StructNode ignored -> false;
            case ListNode list ->
                    widen(list.element(), ((Types.ListType) wanted).elementType(), log);
            case MapNode map -> widen(map.value(), ((Types.MapType) wanted).valueType(), log);
        };
    }

    private static boolean widenLeaf(LeafNode leaf, Type.PrimitiveType wanted, GrowthLog log) {
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
