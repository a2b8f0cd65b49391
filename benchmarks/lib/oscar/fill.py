"""Fill an empty database and index with goods, one JSON object a line of the file that is named: `id`,
`title`, `text`, `sector`, `product`, `seller`, `price` (None: not said) and `stock`.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.lib.oscar.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from oscar.apps.catalogue.categories import create_from_breadcrumbs  # noqa: E402
from oscar.core.loading import get_model  # noqa: E402

Product, ProductClass = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")
ProductCategory = get_model("catalogue", "ProductCategory")
Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")
AT_ONCE = 5_000


def main() -> None:
    """Make tables, goods with a shelf, a seller and a stock each, then the index."""
    call_command("migrate", verbosity=0)
    with open(sys.argv[1], encoding="utf-8") as lines:
        goods = [json.loads(line) for line in lines]
    classes = {name: ProductClass.objects.create(name=name) for name in {one["sector"] for one in goods}}
    shelves = {
        pair: create_from_breadcrumbs(" > ".join(pair))
        for pair in sorted({(one["sector"], one["product"]) for one in goods})
    }
    sellers = {name: Partner.objects.create(name=name[:128]) for name in {one["seller"] for one in goods}}
    Product.objects.bulk_create(
        [
            Product(
                id=one["id"],
                title=one["title"][:255],
                slug="p",
                description=one["text"],
                product_class=classes[one["sector"]],
                structure="standalone",
            )
            for one in goods
        ],
        batch_size=AT_ONCE,
    )
    ProductCategory.objects.bulk_create(
        [
            ProductCategory(product_id=one["id"], category=shelves[one["sector"], one["product"]])
            for one in goods
        ],
        batch_size=AT_ONCE,
    )
    StockRecord.objects.bulk_create(
        [
            StockRecord(
                product_id=one["id"],
                partner=sellers[one["seller"]],
                partner_sku=str(one["id"]),
                price=one["price"],
                num_in_stock=one["stock"],
            )
            for one in goods
        ],
        batch_size=AT_ONCE,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    call_command("rebuild_index", interactive=False, verbosity=0, batch_size=AT_ONCE)


if __name__ == "__main__":
    main()
