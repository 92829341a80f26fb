"""`GET /products?type=&pageIndex=&pageSize=`: the product search, paged as on BokaMera's older page."""

from math import ceil

from flask import Blueprint, Response, abort, jsonify, request

from local.voss.bill import Bill
from local.voss.products import PRODUCTS
from local.voss.usage_api import behave


def products_api(bill: Bill) -> Blueprint:
    """The route of the product search. The first page is 0."""
    api = Blueprint("products", __name__)

    @api.get("/products")
    def search_products() -> Response:
        behave(bill)
        wanted = request.args.get("type")
        index, size = request.args.get("pageIndex", 0, int), request.args.get("pageSize", 20, int)
        if index < 0 or size < 1:
            abort(400, description="pageIndex or pageSize is not valid.")
        found = [product.to_wire() for product in PRODUCTS if wanted in (None, product.type)]
        return jsonify(
            items=found[index * size : (index + 1) * size],
            totalCount=len(found),
            pageIndex=index,
            pageSize=size,
            totalPages=ceil(len(found) / size),
        )

    return api
