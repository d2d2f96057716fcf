package dev.closeout.counts;

import java.nio.ByteBuffer;

/** The form of a {@link CellGroup}: floors, incarnations that are over, and cells with their clients. */
final class GroupForm {
    private static final int CELL_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;
    private static final int FLOOR_BYTES = 4 * Long.BYTES + Integer.BYTES;

    private GroupForm() {}

    static int size(CellGroup group) {
        var size = new int[] {
            3 * Integer.BYTES
                    + group.floors().lanes().size() * FLOOR_BYTES
                    + group.floors().over().size() * 2 * Long.BYTES
        };
        group.forEach((client, cell) -> size[0] += Integer.BYTES + client.length + CELL_BYTES);
        return size[0];
    }

    static void write(CellGroup group, ByteBuffer out) {
        out.putInt(group.floors().lanes().size());
        group.floors().lanes().forEach((lane, floor) -> {
            Serializers.write(lane, out);
            out.putLong(floor.since()).putLong(floor.batch()).putLong(floor.raisedAt());
        });
        out.putInt(group.floors().over().size());
        group.floors().over().forEach((incarnation, heardAt) -> out.putLong(incarnation)
                .putLong(heardAt));
        out.putInt(group.size());
        group.forEach((client, cell) -> {
            Serializers.write(client, out);
            Serializers.write(cell.of(), out);
            out.putLong(cell.version()).putInt(cell.connections()).putLong(cell.setAt());
        });
    }

    static CellGroup read(ByteBuffer in) {
        var group = new CellGroup();
        for (var floors = in.getInt(); floors > 0; floors--) {
            group.floors()
                    .lanes()
                    .put(Serializers.readLane(in), new Floors.Floor(in.getLong(), in.getLong(), in.getLong()));
        }
        for (var over = in.getInt(); over > 0; over--) {
            group.floors().over().put(in.getLong(), in.getLong());
        }
        for (var cells = in.getInt(); cells > 0; cells--) {
            var client = Serializers.readBytes(in);
            var lane = Serializers.readLane(in);
            group.insert(client, new Cell(lane.incarnation(), lane.lane(), in.getLong(), in.getInt(), in.getLong()));
        }
        return group;
    }
}
